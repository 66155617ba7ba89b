import { describe, expect, it } from 'vitest';
import { hrefOf, RouteState, ROUTES, routeOf } from '../../../../src/app/kit/route.svelte';

describe('the route', () => {
  it.each(ROUTES)('%s is what its own address names, with or without parameters', (route) => {
    expect(routeOf(hrefOf(route))).toBe(route);
    expect(routeOf(`${hrefOf(route)}?r=1`)).toBe(route);
  });

  it.each(['', '#', '#/', '#/nowhere', '#learn', '#/learning'])('%j is Solve', (hash) => {
    expect(routeOf(hash)).toBe('solve');
  });

  it('follows the address', () => {
    const listeners: (() => void)[] = [];
    const view = {
      location: { hash: '#/learn' },
      addEventListener: (_type: string, listener: () => void) => void listeners.push(listener),
    };
    const route = new RouteState(view);
    expect(route.current).toBe('learn');
    view.location.hash = '#/solve';
    listeners.forEach((listener) => listener());
    expect(route.current).toBe('solve');
  });
});
