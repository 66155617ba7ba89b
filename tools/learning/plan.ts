import { fileURLToPath } from 'node:url';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Unlabelled problems to learn from, and others that are only measured. */
export const TRAIN_FILE = here('problems-train.jsonl');
export const HELD_OUT_FILE = here('problems-held-out.jsonl');

export interface PlannedRun {
  /** Its name in the records. */
  readonly run: string;
  readonly rule: string;
  readonly seed: number;
  /** Arguments of `learn`, without the problems and the run's folder. */
  readonly argv: readonly string[];
}

const SETTINGS = '--learning-rate 5e-4 --schedule constant --problems-per-step 32 --beta 0 --eval-paths 8'.split(' ');
const STEPS = 10;
/** Updates of the rules that are run besides the main one, on one seed: enough to see their direction. */
const SHORT = 5;

function planned(rule: string, seed: number, labels: readonly string[], steps: number): PlannedRun {
  const run = `${rule.replaceAll(' ', '-')}-${seed}`;
  return { run, rule, seed, argv: [...SETTINGS, '--steps', String(steps), '--seed', String(seed), ...labels] };
}

const sasc = (tau: number): readonly string[] => ['--labels', 'sasc', '--tau', String(tau)];

/** Majority labels with every guard but the return to the best step, which changes nothing where nothing falls. */
const GUARDED = ['--labels', 'majority', '--rewards', 'signed', '--min-margin', '0.2', '--flip-weight'];

/** In the order of their importance. */
export const RUNS: readonly PlannedRun[] = [
  ...[1, 2, 3].map((seed) => planned('majority', seed, ['--labels', 'majority'], STEPS)),
  planned('sasc tau 1', 1, sasc(1), SHORT),
  planned('random', 1, ['--labels', 'random'], SHORT),
  planned('random-reward', 1, ['--labels', 'random-reward'], SHORT),
  planned('sasc tau 4', 1, sasc(4), SHORT),
  planned('sasc tau 2', 1, sasc(2), SHORT),
  ...[1, 2, 3].map((seed) => planned('log-probability', seed, ['--labels', 'log-probability'], SHORT)),
  ...[1, 2, 3].map((seed) => planned('guarded', seed, GUARDED, SHORT)),
  ...[2, 3].map((seed) => planned('majority short', seed, ['--labels', 'majority'], SHORT)),
];

/** The rule whose seeds are pooled for the headline figure. */
export const MAIN_RULE = 'majority';
