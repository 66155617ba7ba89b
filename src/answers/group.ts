import { some } from './ast';
import { Comparison } from './compare';
import { read } from './equivalence';
import { keyOf } from './key';

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

/** For every distinct text one text of its class: texts of a class mean the same. */
export type AnswerClasses = ReadonlyMap<string, string>;

/** Decimals with so many digits may have been rounded: any other form of the same answer is more exact. */
const LONG_DECIMAL_DIGITS = 8;

/**
 * Groups answers by the strict policy. Which answers share a group does not depend on their order.
 * @param classes known already; a text that is not among them is a class of its own
 */
export function groupAnswers(
  answers: readonly (string | null)[],
  classes: AnswerClasses = answerClasses(answers),
): AnswerGroups {
  const groups: { group: number; answer: string; forms: string[] }[] = [];
  const groupOfClass = new Map<string, number>();
  const groupOfPath = answers.map((answer) => {
    if (answer === null) return null;
    const name = classes.get(answer) ?? answer;
    const group = groupOfClass.get(name) ?? groups.push({ group: groups.length, answer, forms: [] }) - 1;
    groupOfClass.set(name, group);
    const forms = groups[group]?.forms;
    if (forms && !forms.includes(answer)) forms.push(answer);
    return group;
  });
  return { groupOfPath, groups: groups.map((one) => ({ ...one, answer: mostExact(one.forms) })) };
}

/**
 * The classes of the strict policy: the smallest equivalence relation in which answers that compare equal are equal, so
 * that 0.33333333 and 0.333333333 meet in 1/3 where that is among the answers.
 */
function answerClasses(answers: readonly (string | null)[]): AnswerClasses {
  const texts = [...new Set(answers.filter((answer) => answer !== null))];
  const firstOfKey = new Map<string, string>();
  const parent = new Map<string, string>();
  for (const text of texts) {
    const { node, text: words } = read(text);
    const key = node === null ? `words ${words}` : keyOf(node);
    parent.set(text, firstOfKey.get(key) ?? text);
    if (!firstOfKey.has(key)) firstOfKey.set(key, text);
  }
  const root = (text: string): string => {
    const next = parent.get(text) ?? text;
    return next === text ? text : root(next);
  };
  const distinct = [...firstOfKey.values()];
  for (const [i, a] of distinct.entries()) {
    for (const b of distinct.slice(i + 1)) if (root(a) !== root(b) && areSame(a, b)) parent.set(root(b), root(a));
  }
  return new Map(texts.map((text) => [text, root(text)]));
}

function areSame(a: string, b: string): boolean {
  const [x, y] = [read(a).node, read(b).node];
  return x !== null && y !== null && new Comparison('strict').equal(x, y);
}

function mostExact(forms: readonly string[]): string {
  const isExact = (form: string): boolean => {
    const { node } = read(form);
    return node === null || !some(node, (part) => part.kind === 'number' && (part.digits ?? 0) >= LONG_DECIMAL_DIGITS);
  };
  return (forms.length > 1 ? forms.find(isExact) : undefined) ?? forms[0] ?? '';
}
