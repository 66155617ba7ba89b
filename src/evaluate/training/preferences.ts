import type { MeasuredRules, RuleChoice } from '../../method/auto-rule';
import type { Decision } from '../../run/decision';
import type { Problem } from '../problem-file';
import type { SampledPath, SampledProblem } from '../sampled-problem';
import type { Columns } from './columns';
import { labelled } from './labelled';
import { TURNS, type Turn } from './turns';

/** A pair in TRL's conversational preference format, with what the vote knew of its two paths. */
export interface Preference {
  readonly prompt: readonly Turn[];
  readonly chosen: readonly Turn[];
  readonly rejected: readonly Turn[];
  readonly id: string;
  /** Whose election the label is. */
  readonly rule: string;
  readonly label: string;
  readonly chosen_path: PathFacts;
  readonly rejected_path: PathFacts & { readonly reason: 'filtered' | 'other-answer' | 'no-answer' };
}

const FACTS = { index: 'number', s: 'number?', z: 'number?', w: 'number?' } as const;

/** The same as columns. */
export const PREFERENCE_COLUMNS = {
  prompt: TURNS,
  chosen: TURNS,
  rejected: TURNS,
  id: 'text',
  rule: 'text',
  label: 'text',
  chosen_path: { fields: FACTS },
  rejected_path: { fields: { ...FACTS, reason: 'text' } },
} as const satisfies Columns<Preference>;

interface PathFacts {
  readonly index: number;
  readonly s: number | null;
  readonly z: number | null;
  readonly w: number | null;
}

/**
 * Pairs of a path that the gate kept and that agrees with the label, and one that does not: the first of either kind, the
 * second, and so on, a text once. No known answer is used.
 */
export function preferences(
  { problem, id }: Problem,
  { paths }: Pick<SampledProblem, 'paths'>,
  choice: RuleChoice,
  measured: MeasuredRules | null,
): Preference[] {
  const found = labelled(paths, choice, measured);
  if (found === null) return [];
  const { decision, rule, group, label } = found;
  const distinct = paths.map((path, i) => ({ path, i })).filter(({ path, i }) => isFirstOfText(paths, path, i));
  const isChosen = (i: number): boolean =>
    decision.groupOfPath[i] === group && decision.vote.paths[i]?.status === 'kept';
  const chosen = distinct.filter(({ i }) => isChosen(i));
  const rejected = distinct.filter(({ i }) => !isChosen(i));
  return chosen.slice(0, rejected.length).flatMap((one, pair): Preference[] => {
    const other = rejected[pair];
    if (other === undefined) return [];
    return [
      {
        prompt: [{ role: 'user', content: problem }],
        chosen: [{ role: 'assistant', content: one.path.text }],
        rejected: [{ role: 'assistant', content: other.path.text }],
        id,
        rule,
        label,
        chosen_path: factsOf(decision, one.path, one.i),
        rejected_path: { ...factsOf(decision, other.path, other.i), reason: reasonOf(decision, other.i, group) },
      },
    ];
  });
}

const isFirstOfText = (paths: readonly SampledPath[], { text }: SampledPath, index: number): boolean =>
  paths.findIndex((path) => path.text === text) === index;

function factsOf({ vote }: Decision, { stability }: SampledPath, index: number): PathFacts {
  const own = vote.paths[index];
  return { index, s: stability, z: own?.z ?? null, w: own?.weight ?? null };
}

function reasonOf({ groupOfPath }: Decision, index: number, label: number | null) {
  const group = groupOfPath[index] ?? null;
  if (group === null) return 'no-answer';
  return group === label ? 'filtered' : 'other-answer';
}
