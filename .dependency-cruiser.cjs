/** Imports point one way: ui → charts → state → workers → webllm → engine → model → gpu; method and answers stand alone. */
const LAYERS = ['ui', 'charts', 'state', 'workers', 'webllm', 'engine', 'model', 'gpu'];
const folderOf = (layer) => (layer === 'workers' ? '^workers/' : `^src/${layer}/`);

/** A layer may import the layers after it, never those before. */
const upward = LAYERS.slice(1).map((layer, i) => ({
  name: `${layer}-imports-upward`,
  severity: 'error',
  from: { path: folderOf(layer) },
  to: { path: LAYERS.slice(0, i + 1).map(folderOf) },
}));

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'method-and-answers-import-nothing-of-the-house',
      severity: 'error',
      from: { path: '^src/(method|answers)/' },
      to: { path: '^(src|workers|shaders)/', pathNot: ['^src/$1/'] },
    },
    {
      name: 'records-import-only-method-and-answers',
      severity: 'error',
      from: { path: '^src/records/' },
      to: { path: '^(src|workers|shaders)/', pathNot: ['^src/(records|method|answers)/'] },
    },
    {
      name: 'gpu-knows-no-models',
      severity: 'error',
      from: { path: '^src/gpu/' },
      to: { path: '^(src|workers|shaders)/', pathNot: ['^src/gpu/'] },
    },
    {
      name: 'engine-and-model-know-no-page',
      severity: 'error',
      from: { path: '^(src/(webllm|engine|model|method|answers|records|gpu|cli)|shaders)/' },
      to: { path: ['svelte', '^src/(ui|charts|state|i18n)/'] },
    },
    {
      name: 'the-page-never-loads-the-command-line',
      severity: 'error',
      from: { path: '^(src/(?!cli/)|workers)' },
      to: { path: '^src/cli/' },
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
