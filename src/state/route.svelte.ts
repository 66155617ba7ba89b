/** The page's parts, in the order of the navigation; each has the address #/name. A new one also needs a line in ui/pages.ts. */
export const ROUTES = ['solve', 'learn', 'history', 'models'] as const;
export type Route = (typeof ROUTES)[number];

/** Address of a route, relative to the page: it works under any path that the page is served from. */
export function hrefOf(route: Route): string {
  return `#/${route}`;
}

/** The route that an address's hash names; Solve for every other hash. */
export function routeOf(hash: string): Route {
  return ROUTES.find((route) => hash === hrefOf(route) || hash.startsWith(`${hrefOf(route)}?`)) ?? 'solve';
}

/** The part of a window that is used here. */
interface AddressBar {
  readonly location: { readonly hash: string };
  addEventListener(type: 'hashchange', listener: () => void): void;
}

/** Which part of the page is shown: the browser's address is the only place where this is kept. */
export class RouteState {
  #current = $state.raw<Route>('solve');

  constructor(view: AddressBar = window) {
    this.#current = routeOf(view.location.hash);
    view.addEventListener('hashchange', () => (this.#current = routeOf(view.location.hash)));
  }

  get current(): Route {
    return this.#current;
  }
}
