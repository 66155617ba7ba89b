import { canonicalAnswer } from './canonical';

/** Answers that mean the same, as the page and the command line show them. */
export interface AnswerGroup {
  /** 0, 1, 2 … in order of first sight: also the answer's colour and shape. */
  readonly group: number;
  /** The representative form: the first seen. */
  readonly answer: string;
  /** Every distinct form seen. */
  readonly forms: readonly string[];
}

export interface AnswerGroups {
  /** One an answer, in the order given; null where there is no answer. */
  readonly groupOfPath: readonly (number | null)[];
  readonly groups: readonly AnswerGroup[];
}

/** Groups answers by mathematical equivalence. Which answers share a group does not depend on their order. */
export function groupAnswers(answers: readonly (string | null)[]): AnswerGroups {
  const groups: { group: number; answer: string; forms: string[] }[] = [];
  const byForm = new Map<string, number>();
  const groupOfPath = answers.map((answer) => {
    if (answer === null) return null;
    const key = canonicalAnswer(answer);
    const group = byForm.get(key) ?? groups.push({ group: groups.length, answer, forms: [] }) - 1;
    byForm.set(key, group);
    const forms = groups[group]?.forms;
    if (forms && !forms.includes(answer)) forms.push(answer);
    return group;
  });
  return { groupOfPath, groups };
}
