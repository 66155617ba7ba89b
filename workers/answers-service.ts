import { answerClasses } from '../src/answers/group';
import { type AnswerClasses } from '../src/answers/classes';
import { type EvaluationFigures, evaluationFigures } from '../src/evaluate/document';
import type { EvaluationLog } from '../src/evaluate/log';
import type { Problem } from '../src/evaluate/problem-file';
import { trainingFile, type TrainingFormat, type TrainingKind } from '../src/evaluate/training/file';
import type { MeasuredRules } from '../src/method/auto-rule';

/** Comparison of answers, which may be anything that a model has written: in a worker, so that it can be ended. */
export class AnswersService {
  classes(answers: readonly string[]): AnswerClasses {
    return answerClasses(answers);
  }

  evaluation(...args: Parameters<typeof evaluationFigures>): EvaluationFigures {
    return evaluationFigures(...args);
  }

  /** A file for training elsewhere, labelled by `auto`. */
  trainingFile(
    kind: TrainingKind,
    format: TrainingFormat,
    problems: readonly Problem[],
    sampled: EvaluationLog['sampled'],
    measured: MeasuredRules | null,
  ): Promise<Uint8Array<ArrayBuffer>> {
    return trainingFile(kind, format, problems, sampled, 'auto', measured);
  }
}
