import { answerClasses } from '../src/answers/group';
import { type AnswerClasses } from '../src/answers/classes';
import { type EvaluationFigures, evaluationFigures } from '../src/evaluate/document';
import type { EvaluationLog } from '../src/evaluate/log';
import { preferences } from '../src/evaluate/preferences';
import type { Problem } from '../src/evaluate/problem-file';
import type { MeasuredRules } from '../src/method/auto-rule';

/** Comparison of answers, which may be anything that a model has written: in a worker, so that it can be ended. */
export class AnswersService {
  classes(answers: readonly string[]): AnswerClasses {
    return answerClasses(answers);
  }

  evaluation(...args: Parameters<typeof evaluationFigures>): EvaluationFigures {
    return evaluationFigures(...args);
  }

  /** Preference pairs of all problems, labelled by `auto`, as JSON Lines. */
  preferenceLines(
    problems: readonly Problem[],
    sampled: EvaluationLog['sampled'],
    measured: MeasuredRules | null,
  ): string {
    const pairs = problems.flatMap((problem) => {
      const one = sampled.get(problem.id);
      return one === undefined ? [] : preferences(problem, one, 'auto', measured);
    });
    return pairs.map((pair) => `${JSON.stringify(pair)}\n`).join('');
  }
}
