import { answerClasses } from '../src/answers/group';
import { type AnswerClasses } from '../src/answers/classes';

/** Grouping of answers, which may be anything that a model has written: in a worker, so that it can be ended. */
export class AnswersService {
  classes(answers: readonly string[]): AnswerClasses {
    return answerClasses(answers);
  }
}
