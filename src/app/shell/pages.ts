import type { Component } from 'svelte';
import { m } from '../../paraglide/messages.js';
import type { SolveApp } from './app.svelte';
import type { AppRoute, Route } from '../kit/route.svelte';
import Solve from '../solve/Solve.svelte';

interface PageModule {
  readonly default: Component<{ app: SolveApp }>;
}

interface ViewModule {
  readonly default: Component<{ parameters: URLSearchParams }>;
}

const solve = Promise.resolve({ default: Solve });

/** Only the first page comes with the shell; the others are fetched when they are opened. */
export const APP_PAGES: Readonly<Record<AppRoute, () => Promise<PageModule>>> = {
  solve: () => solve,
  learn: () => import('../learn/Learn.svelte'),
  gallery: () => import('../gallery/Gallery.svelte'),
  history: () => import('../history/History.svelte'),
  models: () => import('../models/Models.svelte'),
};

export const loadView = (): Promise<ViewModule> => import('../view/View.svelte');

/** As the navigation calls them. */
export const PAGE_NAMES: Readonly<Record<Route, () => string>> = {
  solve: m.nav_solve,
  learn: m.nav_learn,
  gallery: m.gallery_nav,
  history: m.history_nav,
  models: m.nav_models,
  view: m.view_name,
};
