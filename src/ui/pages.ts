import type { Component } from 'svelte';
import { m } from '../paraglide/messages.js';
import type { SolveApp } from '../state/app.svelte';
import type { Route } from '../state/route.svelte';
import Solve from './pages/Solve.svelte';

interface PageModule {
  readonly default: Component<{ app: SolveApp }>;
}

interface Page {
  /** As the navigation calls it. */
  readonly name: () => string;
  /** Only the first page comes with the shell; the others are fetched when they are opened. */
  readonly load: () => Promise<PageModule>;
}

const solve = Promise.resolve({ default: Solve });

export const PAGES: Readonly<Record<Route, Page>> = {
  solve: { name: m.nav_solve, load: () => solve },
  learn: { name: m.nav_learn, load: () => import('./pages/Learn.svelte') },
  history: { name: m.history_nav, load: () => import('./pages/History.svelte') },
  models: { name: m.nav_models, load: () => import('./pages/Models.svelte') },
};
