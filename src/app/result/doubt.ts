import type { ProblemReading } from '../../families/read-problem';
import { formatCount } from '../../i18n/format';
import { signalOf } from '../../method/signals';
import { m } from '../../paraglide/messages.js';
import { rulePaths } from '../../run/rule-paths';
import type { RunView } from './run-board.svelte';

/**
 * Why an answer is not to be shown as one. kind: no problem of the model's kinds. numbers: one of its kinds, with numbers that it
 * was never shown. words: one of its kinds, in other words than it was taught. run: the paths themselves say so.
 */
export interface Doubt {
  readonly kind: 'kind' | 'numbers' | 'words' | 'run';
  /** Paths of the run. */
  readonly paths: number;
  readonly model: string;
}

/**
 * Nats a token. On 1,000 problems of its kinds at temperature 1, 16 paths each, the embedded model's mean surprisal was never
 * above 0.20 (tools/tiny-math/paths).
 */
const MOST_SURPRISAL = 0.25;
/** Part of the paths that say the same, below which a surprising run is not believed. */
const LEAST_AGREEMENT = 0.25;

/** @param reading of the run's problem; null: nothing is known of it, and nothing is doubted */
export function doubtOf(
  reading: ProblemReading | null,
  { trace, decision }: Pick<RunView, 'trace' | 'decision'>,
  model: string,
): Doubt | null {
  if (reading === null) return null;
  const paths = trace.pathCount;
  if (reading.kind === 'unknown') return { kind: reading.family === null ? 'kind' : 'numbers', paths, model };
  if (reading.kind === 'rewordable') return { kind: 'words', paths, model };
  return isUnsure(trace, decision) ? { kind: 'run', paths, model } : null;
}

function isUnsure(trace: RunView['trace'], decision: RunView['decision']): boolean {
  const { majority, poolSize } = decision.vote;
  if (majority === null || majority.count >= LEAST_AGREEMENT * poolSize) return false;
  const known = rulePaths(trace, decision).flatMap((path) => signalOf(path, 'tokenLogprob', () => 0) ?? []);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return -mean > MOST_SURPRISAL;
}

/** The doubt in one sentence. */
export function doubtText({ kind, paths, model }: Doubt): string {
  const figures = { model, paths: formatCount(paths) };
  switch (kind) {
    case 'kind':
      return m.doubt_kind(figures);
    case 'numbers':
      return m.doubt_numbers(figures);
    case 'words':
      return m.doubt_words(figures);
    case 'run':
      return m.doubt_run(figures);
  }
}
