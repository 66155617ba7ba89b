import { extractAnswer } from '../answers/read/extract';
import { groupByClasses, type AnswerClasses } from '../answers/classes';
import { vote } from '../method/vote';
import type { VoteInput, VoteOptions, VoteOutcome } from '../method/vote-types';
import type { Decision } from './decision';
import { stabilityAtK } from './reported-k';
import type { PathTrace, RunTrace } from './trace';

/** A path as the vote sees it. */
export interface DecisionInput {
  readonly answer: string | null;
  /** Population standard deviation of its entropies, in nats; null without tokens. */
  readonly stability: number | null;
  /** Generated tokens, the end token included. */
  readonly tokens?: number;
  /** false: it has an answer, but no say. */
  readonly votes?: boolean;
}

/** Answers of finished paths, which never change: moving the gate must not read 64 texts again. */
const answerOfPath = new WeakMap<PathTrace, string | null>();

/**
 * Groups the answers and takes the vote (docs/METHOD.md#vote). Nothing is compared here: a page has another thread do it.
 * @param classes which of the answers mean the same, as far as it is known
 */
export function decide(
  paths: readonly DecisionInput[],
  options: Partial<VoteOptions>,
  classes: AnswerClasses,
): Decision {
  const answers = paths.map(({ answer }) => answer);
  const { groupOfPath, groups } = groupByClasses(answers, classes);
  const inputs = paths.map(({ stability, tokens, votes = true }, i): VoteInput => {
    return { group: votes ? (groupOfPath[i] ?? null) : null, stability, tokens };
  });
  return { answers, groupOfPath, groups, inputs, vote: vote(inputs, options) };
}

/** The vote over a run so far. A path still being written has no answer yet, so it is outside the pool. */
export function decideByClasses(trace: RunTrace, options: Partial<VoteOptions>, classes: AnswerClasses): Decision {
  return decide(
    trace.paths.map((path) => ({
      answer: finishedAnswer(trace, path),
      stability: votingStability(path, options.entropyK ?? null),
      tokens: path.length,
      votes: path.votes,
    })),
    options,
    classes,
  );
}

/** @param entropyK null: the run's own K */
function votingStability(path: PathTrace, entropyK: number | null): number | null {
  return entropyK === null ? path.stability : stabilityAtK(path, entropyK);
}

/** Which answers mean the same, as a decision has it: nothing needs to be compared again. */
export function classesOf({ groups }: Decision): AnswerClasses {
  return new Map(groups.flatMap(({ answer, forms }) => forms.map((form) => [form, answer])));
}

/** The vote on the paths of a decision by other rules. Which answers mean the same no rule changes. */
export function voteAgain(trace: RunTrace, { inputs }: Decision, options: VoteOptions): VoteOutcome {
  const again = inputs.map((input, i): VoteInput => {
    const path = trace.paths[i];
    return path === undefined ? input : { ...input, stability: votingStability(path, options.entropyK) };
  });
  return vote(again, options);
}

/** The answer of every path that has ended; null: none, or it is still being written. */
export function finishedAnswers(trace: RunTrace): (string | null)[] {
  return trace.paths.map((path) => finishedAnswer(trace, path));
}

function finishedAnswer(trace: RunTrace, path: PathTrace): string | null {
  if (path.finish === null) return null;
  if (path.answer !== undefined) return path.answer;
  const known = answerOfPath.get(path);
  if (known !== undefined) return known;
  const answer = extractAnswer(trace.text(path), { finished: path.finish === 'stop' });
  answerOfPath.set(path, answer);
  return answer;
}
