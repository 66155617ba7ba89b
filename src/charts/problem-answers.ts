import { type AnswerGroups, groupAnswers } from '../answers/group';
import type { LearnHistory } from '../state/learn-history';

/** Every answer that a problem has been given in the course of learning, grouped once: an answer looks alike everywhere. */
export class ProblemAnswers {
  readonly groups: AnswerGroups['groups'];
  readonly #groupOf = new Map<string, number>();

  /** @param id of the problem */
  constructor(history: LearnHistory, id: string) {
    const answers = history.points.flatMap(({ evaluations, report }) => [
      ...(report?.groups.filter(({ problem }) => problem.id === id).flatMap(({ paths }) => paths) ?? []).map(
        ({ answer }) => answer,
      ),
      ...evaluations
        .flatMap((evaluation) => evaluation.report.problems)
        .filter((problem) => problem.id === id)
        .flatMap((problem) => problem.answers),
    ]);
    const { groups, groupOfPath } = groupAnswers(answers);
    this.groups = groups;
    answers.forEach((answer, i) => {
      const group = groupOfPath[i];
      if (answer !== null && group !== null && group !== undefined) this.#groupOf.set(answer, group);
    });
  }

  /** null: no answer, or one that was never given. */
  groupOf(answer: string | null): number | null {
    return answer === null ? null : (this.#groupOf.get(answer) ?? null);
  }
}
