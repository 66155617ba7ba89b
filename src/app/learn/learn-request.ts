import type { EvalSet } from '../../learn/plan';
import type { LearnSettings } from '../../learn/settings';
import type { LearnProblem } from '../../learn/types';
import { parseProblems, type ProblemFault, splitProblems } from './learn-problems';
import type { LearnSettingsState } from './learn-settings.svelte';
import type { Settings } from '../session/settings.svelte';

/** What is to be learned from, and how it is measured. */
export interface LearnRequest {
  readonly problems: readonly LearnProblem[];
  readonly heldOut: readonly LearnProblem[];
  /** `steps`: how many more. */
  readonly settings: LearnSettings;
  /** Paths a problem when it is answered again. */
  readonly evalPaths: number;
  /** Steps between evaluations; 0: before and after only. */
  readonly evalEvery: number;
}

/** Why there is nothing to learn from. */
type LearnFault = ProblemFault | { readonly reason: 'empty' };

export type LearnRequestResult =
  { readonly request: LearnRequest; readonly fault: null } | { readonly request: null; readonly fault: LearnFault };

const EMPTY: LearnRequestResult = { request: null, fault: { reason: 'empty' } };

/**
 * What the page's choices ask for. One problem is answered again after every step, as often as it is sampled; a set now
 * and then, and less often.
 */
export function learnRequest(
  { problem, gold }: Pick<Settings, 'problem' | 'gold'>,
  { choices, settings }: Pick<LearnSettingsState, 'choices' | 'settings'>,
): LearnRequestResult {
  if (choices.from === 'problem') {
    if (problem.trim() === '') return EMPTY;
    const one = { id: '1', problem, gold: gold.trim() === '' ? null : gold.trim() };
    const request = { problems: [one], heldOut: [], settings, evalPaths: settings.votes, evalEvery: 1 };
    return { request, fault: null };
  }
  const { problems, fault } = parseProblems(choices.set);
  if (fault !== null) return { request: null, fault };
  if (problems.length === 0) return EMPTY;
  const { learned, heldOut } = splitProblems(problems, Number(choices.heldOut));
  const { evalPaths, evalEvery } = choices;
  return { request: { problems: learned, heldOut, settings, evalPaths, evalEvery }, fault: null };
}

/** The key of the evaluations that tell a collapse: of the held-out problems, where there are any. */
export function watchedKey(request: LearnRequest): string {
  return evaluationKey(request, request.heldOut.length > 0 ? 'held-out' : 'train');
}

/** What a request's evaluations depend on besides the adapter: only those of one key can be compared. */
export function evaluationKey({ problems, heldOut, evalPaths, settings }: LearnRequest, set: EvalSet): string {
  const { seed, temperature, maxTokens } = settings;
  const texts = (set === 'train' ? problems : heldOut).map(({ id, problem, gold }) => [id, problem, gold]);
  return JSON.stringify([set, evalPaths, seed, temperature, maxTokens, texts]);
}
