import { answerText } from '../kit/charts/answer-text';
import { formatCount } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import type { GalleryEntry } from '../gallery/gallery-index';
import type { TourScene } from './tour.svelte';

interface TourStep {
  readonly name: string;
  /** Test id of what the step is about. */
  readonly target: string;
  readonly title: () => string;
  readonly text: (entry: GalleryEntry) => string;
  readonly scene: TourScene;
}

/** In the order in which a problem goes through the page. */
export const TOUR_STEPS: readonly TourStep[] = [
  {
    name: 'problem',
    target: 'problem-input',
    title: m.tour_problem_title,
    text: m.tour_problem,
    scene: { recording: 'start' },
  },
  {
    name: 'paths',
    target: 'overview',
    title: m.tour_paths_title,
    text: ({ paths }) => m.tour_paths({ paths: formatCount(paths) }),
    scene: { recording: 'playing' },
  },
  {
    name: 'overview',
    target: 'overview',
    title: m.tour_overview_title,
    text: m.tour_overview,
    scene: { recording: 'end' },
  },
  {
    name: 'entropy',
    target: 'entropy-trace',
    title: m.tour_entropy_title,
    text: m.tour_entropy,
    scene: { recording: 'end', path: 0 },
  },
  {
    name: 'gate',
    target: 'stability-strip',
    title: m.tour_gate_title,
    text: m.tour_gate,
    scene: { recording: 'end', gate: 'moving' },
  },
  {
    name: 'vote',
    target: 'vote-sasc',
    title: m.tour_vote_title,
    text: m.tour_vote,
    scene: { recording: 'end' },
  },
  {
    name: 'verdict',
    target: 'verdict',
    title: m.tour_verdict_title,
    text: ({ sasc, majority, gold }) =>
      m.tour_verdict({ sasc: answerText(sasc), majority: answerText(majority), gold: answerText(gold) }),
    scene: { recording: 'end' },
  },
  {
    name: 'path',
    target: 'token-view',
    title: m.tour_path_title,
    text: m.tour_path,
    scene: { recording: 'end', path: 0 },
  },
  {
    name: 'learn',
    target: 'learn-link',
    title: m.tour_learn_title,
    text: m.tour_learn,
    scene: { recording: 'end' },
  },
  {
    name: 'share',
    target: 'share-button',
    title: m.tour_share_title,
    text: m.tour_share,
    scene: { recording: 'end' },
  },
];
