import { type AnswerGroups, groupAnswers } from '../answers/group';
import type { LearnedPath } from '../engine/ttrl/types';
import type { LearnHistory } from '../state/learn-history';

/** Every answer that a problem has been given in the course of learning, grouped once: an answer looks alike everywhere. */
export class ProblemAnswers {
  readonly groups: AnswerGroups['groups'];
  readonly #groupOf = new Map<string, number>();

  /**
   * @param id of the problem
   * @param paths of a step that is not part of the history yet
   */
  constructor(history: LearnHistory, id: string, paths: readonly Pick<LearnedPath, 'answer'>[] = []) {
    const known = history.points.flatMap(({ evaluations, report }) => [
      ...(report?.groups.filter(({ problem }) => problem.id === id).flatMap(({ paths }) => paths) ?? []).map(
        ({ answer }) => answer,
      ),
      ...evaluations
        .flatMap((evaluation) => evaluation.report.problems)
        .filter((problem) => problem.id === id)
        .flatMap((problem) => problem.answers),
    ]);
    const answers = [...known, ...paths.map(({ answer }) => answer)];
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
