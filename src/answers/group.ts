import { some } from './ast';
import { type AnswerClasses, type AnswerGroups, groupByClasses } from './classes';
import { areEquivalent, meaningKey, meaningOf } from './equivalence';

/** Decimals with so many digits may have been rounded: any other form of the same answer is more exact. */
const LONG_DECIMAL_DIGITS = 8;

/** Groups answers by the strict policy. Which answers share a group does not depend on their order. */
export function groupAnswers(answers: readonly (string | null)[]): AnswerGroups {
  return groupByClasses(answers, answerClasses(answers));
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
