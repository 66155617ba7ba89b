/** The page's parts, in the order of the navigation; each has the address #/name. A new one also needs a line in app/shell/pages.ts. */
export const ROUTES = ['solve', 'learn', 'evaluate', 'gallery', 'history', 'models', 'view'] as const;
export type Route = (typeof ROUTES)[number];
/** Parts that need the engine. View shows runs of others, and does without. */
export type AppRoute = Exclude<Route, 'view'>;

/** Address of a route, relative to the page: it works under any path that the page is served from. */
export function hrefOf(route: Route): string {
  return `#/${route}`;
}

/** The route that an address's hash names; Solve for every other hash. */
export function routeOf(hash: string): Route {
  return ROUTES.find((route) => hash === hrefOf(route) || hash.startsWith(`${hrefOf(route)}?`)) ?? 'solve';
}

function parametersOf(hash: string): URLSearchParams {
  const mark = hash.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : hash.slice(mark + 1));
}

/** The part of a window that is used here. */
interface AddressBar {
  readonly location: { readonly hash: string };
  addEventListener(type: 'hashchange', listener: () => void): void;
}

/** Which part of the page is shown: the browser's address is the only place where this is kept. */
export class RouteState {
  #hash = $state.raw('');
  readonly #current = $derived(routeOf(this.#hash));
  readonly #parameters = $derived(parametersOf(this.#hash));

  constructor(view: AddressBar = window) {
    this.#hash = view.location.hash;
    view.addEventListener('hashchange', () => (this.#hash = view.location.hash));
  }

  get current(): Route {
    return this.#current;
  }

  /** What the address says after its question mark. */
  get parameters(): URLSearchParams {
    return this.#parameters;
  }
}
