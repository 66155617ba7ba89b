import { groupAnswers } from '../../answers/group';
import { type AnswerGroup } from '../../answers/classes';
import type { LearnedPath } from '../../learn/types';
import type { LearnHistory } from './learn-history';

type Answered = readonly Pick<LearnedPath, 'answer'>[];

/**
 * Every answer that a problem has been given in the course of learning, grouped once: an answer looks alike everywhere.
 * The first groups, which have a colour of their own, are the most frequent of the first round,
 * and of the largest where rounds differ in size: a few answers say little about who leads.
 */
export class ProblemAnswers {
  /** In order of their numbers. */
  readonly groups: readonly AnswerGroup[];
  readonly #groupOf = new Map<string, number>();

  /**
   * @param id of the problem
   * @param paths of a step that is not part of the history yet
   */
  constructor(history: LearnHistory, id: string, paths: Answered = []) {
    const rounds = [...roundsOf(history, id), paths.map(({ answer }) => answer)].sort((a, b) => b.length - a.length);
    const answers = rounds.flat();
    const { groups, groupOfPath } = groupAnswers(answers);
    const rank = ranks(rounds, groupOfPath);
    this.groups = rank.flatMap((old, group) =>
      groups.filter((one) => one.group === old).map((one) => ({ ...one, group })),
    );
    answers.forEach((answer, i) => {
      const group = rank.indexOf(groupOfPath[i] ?? -1);
      if (answer !== null && group >= 0) this.#groupOf.set(answer, group);
    });
  }

  /** null: no answer, or one that was never given. */
  groupOf(answer: string | null): number | null {
    return answer === null ? null : (this.#groupOf.get(answer) ?? null);
  }
}

/** The answers of each step and evaluation, in order. */
function roundsOf({ points }: LearnHistory, id: string): (readonly (string | null)[])[] {
  return points.flatMap(({ evaluations, report }) => [
    ...(report?.groups ?? [])
      .filter(({ problem }) => problem.id === id)
      .map((group) => group.paths.map(({ answer }) => answer)),
    ...evaluations.flatMap(({ report: { problems } }) =>
      problems.filter((problem) => problem.id === id).map((problem) => problem.answers),
    ),
  ]);
}

/** Groups by the round in which they first occur, the most frequent there first; then by first sight. */
function ranks(rounds: readonly (readonly unknown[])[], groupOfPath: readonly (number | null)[]): number[] {
  const order: number[] = [];
  let start = 0;
  for (const { length } of rounds) {
    const counts = new Map<number, number>();
    for (const group of groupOfPath.slice(start, start + length)) {
      if (group !== null && !order.includes(group)) counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    order.push(...[...counts].sort((a, b) => b[1] - a[1]).map(([group]) => group));
    start += length;
  }
  return order;
}
