import { areEquivalent } from '../answers/equivalence';
import { electsRight, type RulePath } from '../method/rules';
import type { Problem } from './problem-file';
import { rulePathsOf, type SampledPath, type SampledProblem } from './sampled-problem';

/** A problem's paths as the rules see them, with the answers judged. */
export interface JudgedProblem {
  readonly id: string;
  readonly paths: readonly RulePath[];
  readonly majorityIsRight: boolean;
  readonly greedyIsRight: boolean | null;
}

/** Problems with known answers, judged by the lenient policy, in the set's order. */
export function judged(
  problems: readonly Problem[],
  sampled: ReadonlyMap<string, Pick<SampledProblem, 'paths' | 'greedy'>>,
): JudgedProblem[] {
  return problems.flatMap(({ id, gold }) => {
    const one = sampled.get(id);
    return one === undefined || gold === null ? [] : [judgedProblem(id, gold, one)];
  });
}

function judgedProblem(
  id: string,
  gold: string,
  { paths, greedy }: Pick<SampledProblem, 'paths' | 'greedy'>,
): JudgedProblem {
  const isRight = ({ answer }: SampledPath): boolean =>
    answer !== null && areEquivalent(answer, gold, { policy: 'lenient' });
  const right = paths.map(isRight);
  const rulePaths = rulePathsOf(paths).map((path, i) => ({ ...path, correct: right[i] ?? false }));
  return {
    id,
    paths: rulePaths,
    majorityIsRight: electsRight('majority', rulePaths),
    greedyIsRight: greedy === null ? null : isRight(greedy),
  };
}
