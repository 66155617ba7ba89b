import type { Component } from 'svelte';
import { m } from '../../paraglide/messages.js';
import type { AppState } from './app.svelte';
import type { AppRoute, Route } from '../kit/route.svelte';
import SolvePage from './SolvePage.svelte';

interface PageModule {
  readonly default: Component<{ app: AppState }>;
}

interface ViewModule {
  readonly default: Component<{ parameters: URLSearchParams }>;
}

const solve = Promise.resolve({ default: SolvePage });

/** Only the first page comes with the shell; the others are fetched when they are opened. */
export const APP_PAGES: Readonly<Record<AppRoute, () => Promise<PageModule>>> = {
  solve: () => solve,
  learn: () => import('./LearnPage.svelte'),
  evaluate: () => import('./EvaluatePage.svelte'),
  gallery: () => import('./GalleryPage.svelte'),
  history: () => import('./HistoryPage.svelte'),
  models: () => import('./ModelsPage.svelte'),
};

export const loadView = (): Promise<ViewModule> => import('../view/View.svelte');

/** As the navigation calls them. */
export const PAGE_NAMES: Readonly<Record<Route, () => string>> = {
  solve: m.nav_solve,
  learn: m.nav_learn,
  evaluate: m.evaluate_nav,
  gallery: m.gallery_nav,
  history: m.history_nav,
  models: m.nav_models,
  view: m.view_name,
};
