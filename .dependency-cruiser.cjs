/**
 * Which room may import which: everything that is not listed is an error. docs/ARCHITECTURE.md shows the same table, and
 * tests/unit/tools/architecture.test.ts plants one import against each arrow and sees it caught.
 */
const BELOW_PAGE = {
  'src/method': [],
  'src/answers': [],
  'src/gpu': [],
  'src/run': ['src/method', 'src/answers'],
  'src/model': ['src/method', 'src/answers', 'src/gpu', 'src/run'],
  'src/policy': ['src/method', 'src/answers', 'src/run', 'src/model', 'src/gpu'],
  shaders: ['src/gpu'],
  'src/engine': ['src/policy', 'shaders', 'src/gpu', 'src/model', 'src/run', 'src/method'],
  'src/webllm': ['src/policy', 'src/engine', 'src/gpu', 'src/model', 'src/run', 'src/method'],
  'src/learn': ['src/policy', 'src/engine', 'src/model', 'src/run', 'src/method', 'src/answers'],
};
const ALL_BELOW_PAGE = Object.keys(BELOW_PAGE);

const ROOMS = {
  ...BELOW_PAGE,
  workers: ALL_BELOW_PAGE,
  'src/cli': ALL_BELOW_PAGE,
  'src/i18n': ['src/paraglide'],
  'src/app': [...ALL_BELOW_PAGE.filter((room) => room !== 'shaders'), 'workers', 'src/i18n', 'src/paraglide'],
};

const inside = (room) => `^${room}/`;

module.exports = {
  forbidden: [
    ...Object.entries(ROOMS).map(([room, allowed]) => ({
      name: `${room.replaceAll('/', '-')}-imports-only-what-is-below-it`,
      severity: 'error',
      from: { path: inside(room) },
      to: { path: '^(src|workers|shaders)/', pathNot: [room, ...allowed].map(inside) },
    })),
    {
      name: 'only-the-page-knows-svelte',
      severity: 'error',
      from: { path: '^(src/(?!app/|main\\.ts)|workers|shaders)' },
      to: { path: 'node_modules/(svelte|d3|bits-ui)' },
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
