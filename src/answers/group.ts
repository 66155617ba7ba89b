import { some } from './ast';
import { areEquivalent, meaningKey, meaningOf } from './equivalence';

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

/**
 * The classes of the strict policy: the smallest equivalence relation in which answers that compare equal are equal, so
 * that 0.33333333 and 0.333333333 meet in 1/3 where that is among the answers.
 */
export function answerClasses(answers: readonly (string | null)[]): AnswerClasses {
  const texts = [...new Set(answers.filter((answer) => answer !== null))];
  let classes: AnswerClass[] = [];
  for (const forms of byKey(texts)) {
    const [sample = ''] = forms;
    const same = classes.filter(({ samples }) => samples.some((other) => areSame(other, sample)));
    const others = classes.filter((one) => !same.includes(one));
    const samples = [...same.flatMap((one) => one.samples), sample];
    classes = [...others, { samples, forms: [...same.flatMap((one) => one.forms), ...forms] }];
  }
  const order = new Map(texts.map((text, i) => [text, i]));
  return new Map(
    classes.flatMap(({ forms }) => {
      const answer = mostExact(forms.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));
      return forms.map((form): [string, string] => [form, answer]);
    }),
  );
}

interface AnswerClass {
  /** A form of every key. */
  readonly samples: readonly string[];
  readonly forms: string[];
}

/** Texts with the same key mean the same, and need not be compared. */
function byKey(texts: readonly string[]): readonly string[][] {
  const groups = new Map<string, string[]>();
  for (const text of texts) {
    const key = meaningKey(text);
    groups.set(key, [...(groups.get(key) ?? []), text]);
  }
  return [...groups.values()];
}

const areSame = (a: string, b: string): boolean => areEquivalent(a, b, { policy: 'strict' });

function mostExact(forms: readonly string[]): string {
  const isExact = (form: string): boolean => {
    const node = meaningOf(form);
    return node === null || !some(node, (part) => part.kind === 'number' && (part.digits ?? 0) >= LONG_DECIMAL_DIGITS);
  };
  return (forms.length > 1 ? forms.find(isExact) : undefined) ?? forms[0] ?? '';
}
