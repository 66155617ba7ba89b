/**
 * Which folder may import which; an import that is not listed is a lint error (.dependency-cruiser.mjs). The tables of
 * docs/ARCHITECTURE.md show the same, and tests/unit/tools/architecture.test.ts compares them and proves each arrow.
 */

/** Below the page, from the bottom up. */
const BELOW_PAGE = {
  'src/method': [],
  'src/answers': [],
  'src/families': [],
  'src/gpu': [],
  'src/run': ['src/method', 'src/answers'],
  'src/net': [],
  'src/model': ['src/method', 'src/answers', 'src/net'],
  'src/policy': ['src/method', 'src/answers', 'src/net', 'src/run', 'src/model'],
  shaders: [],
  'src/engine': ['src/policy', 'shaders', 'src/gpu', 'src/model', 'src/run', 'src/method'],
  'src/cpu': ['src/policy', 'src/model', 'src/run', 'src/method'],
  'src/webllm': ['src/policy', 'src/model', 'src/run', 'src/method'],
  'src/evaluate': ['src/policy', 'src/model', 'src/run', 'src/method', 'src/answers'],
  'src/learn': ['src/policy', 'src/model', 'src/run', 'src/method', 'src/answers'],
};
const ALL_BELOW_PAGE = Object.keys(BELOW_PAGE);
/** What only workers and the command line put together. */
const BEHIND_WORKERS = ['shaders', 'src/engine', 'src/cpu', 'src/webllm'];

export const ROOMS = {
  ...BELOW_PAGE,
  workers: ALL_BELOW_PAGE,
  'src/cli': ALL_BELOW_PAGE,
  'src/i18n': [],
  'src/app': [...ALL_BELOW_PAGE.filter((room) => !BEHIND_WORKERS.includes(room)), 'workers', 'src/i18n'],
};

/** What the pages share. */
const BELOW_PAGES = ['src/app/kit', 'src/app/storage', 'src/app/result', 'src/app/session', 'src/app/share'];
/** They never import one another. */
const PAGES = ['solve', 'learn', 'evaluate', 'models', 'history', 'gallery', 'view'].map((page) => `src/app/${page}`);

/** Which folder of the page may import which other folder of the page. */
export const LAYERS = {
  'src/app/kit': [],
  'src/app/storage': [],
  'src/app/result': ['src/app/kit', 'src/app/storage'],
  'src/app/session': ['src/app/result', 'src/app/kit', 'src/app/storage'],
  'src/app/share': ['src/app/session', 'src/app/result', 'src/app/kit', 'src/app/storage'],
  ...Object.fromEntries(PAGES.map((page) => [page, BELOW_PAGES])),
  'src/app/tour': [...PAGES, ...BELOW_PAGES],
  'src/app/shell': ['src/app/tour', ...PAGES, ...BELOW_PAGES],
};
