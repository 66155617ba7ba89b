/** Answers that mean the same, as the page and the command line show them. */
export interface AnswerGroup {
  /** 0, 1, 2 … in order of first sight: also the answer's colour and shape. */
  readonly group: number;
  /** The representative form: the most exact, among equally exact ones the first seen. */
  readonly answer: string;
  /** Every distinct form seen. */
  readonly forms: readonly string[];
}

export interface AnswerGroups {
  /** One an answer, in the order given; null where there is no answer. */
  readonly groupOfPath: readonly (number | null)[];
  readonly groups: readonly AnswerGroup[];
}

/** For every distinct text the form that represents its class: texts with the same one mean the same. */
export type AnswerClasses = ReadonlyMap<string, string>;

/** Every text a class of its own: for answers that nobody has compared yet. */
export const classesByText = (answers: readonly string[]): AnswerClasses =>
  new Map(answers.map((answer) => [answer, answer]));

/**
 * Groups answers by classes that are known.
 * @param classes a text that is not among them is a class of its own
 */
export function groupByClasses(answers: readonly (string | null)[], classes: AnswerClasses): AnswerGroups {
  const groups: { group: number; answer: string; forms: string[] }[] = [];
  const groupOfClass = new Map<string, number>();
  const groupOfPath = answers.map((text) => {
    if (text === null) return null;
    const answer = classes.get(text) ?? text;
    const group = groupOfClass.get(answer) ?? groups.push({ group: groups.length, answer, forms: [] }) - 1;
    groupOfClass.set(answer, group);
    const forms = groups[group]?.forms;
    if (forms && !forms.includes(text)) forms.push(text);
    return group;
  });
  return { groupOfPath, groups };
}
