import { LAYERS, ROOMS } from './tools/architecture/rooms.mjs';

const inside = (room) => `^${room}/`;

/** No import from a folder to another one that is not listed. `within`: the folders that the rule is about. */
const onlyWhatIsListed = (folders, within) =>
  Object.entries(folders).map(([folder, allowed]) => ({
    name: `${folder.replaceAll('/', '-')}-imports-only-what-is-below-it`,
    severity: 'error',
    from: { path: inside(folder) },
    to: { path: within, pathNot: [folder, ...allowed].map(inside) },
  }));

export default {
  forbidden: [
    ...onlyWhatIsListed(ROOMS, '^(src|workers|shaders)/'),
    ...onlyWhatIsListed(LAYERS, '^src/app/'),
    {
      name: 'only-the-page-knows-svelte',
      severity: 'error',
      from: { path: '^(src/(?!app/|main\\.ts)|workers|shaders)' },
      to: { path: 'node_modules/(svelte|d3|bits-ui)/' },
    },
    {
      name: 'product-imports-neither-tests-nor-tools',
      severity: 'error',
      from: { path: '^(src|workers|shaders)/' },
      to: { path: '^(tests|tools)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(src|workers|shaders)/', pathNot: ['\\.d\\.ts$', '^src/paraglide/'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/paraglide/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.svelte', '.mjs'] },
  },
};
