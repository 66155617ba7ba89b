import type { Component } from 'svelte';
import { m } from '../paraglide/messages.js';
import type { SolveApp } from '../state/app.svelte';
import type { Route } from '../state/route.svelte';
import Learn from './pages/Learn.svelte';
import Models from './pages/Models.svelte';
import Solve from './pages/Solve.svelte';

interface Page {
  /** As the navigation calls it. */
  readonly name: () => string;
  readonly component: Component<{ app: SolveApp }>;
}

export const PAGES: Readonly<Record<Route, Page>> = {
  solve: { name: m.nav_solve, component: Solve },
  learn: { name: m.nav_learn, component: Learn },
  models: { name: m.nav_models, component: Models },
};
