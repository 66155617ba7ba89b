import { type FamilyReader, within } from './family';
import { Statement, vocabulary } from './statement';

const ITEM = String.raw`(?:\d+|(?<![a-z])[b-z](?![a-z]))`;
const LIST = new RegExp(String.raw`${ITEM}(?: ?(?:,|,? and |,和|和|与|以及|及|&) ?${ITEM})+`);
const NAME = /\b(?:arithmetic )?(?:mean|average|avg)\b(?: (?:value|number))?|\baveraged?\b|的?(?:算术)?平均[数值分]?/;
const RESULT = /\|[\s|]+(\d+)(?=[ ,.]|$)|(?:\b(?:is|of|equals|equal to|be|are|as)|=|是|为|等于)(?: equal to)? ?(\d+)\b/;
const WORDS = vocabulary(
  'numbers number values set data list missing unknown when where with has have whose by scores on all positive makes make 5 4 3 together',
  '这组数据?|一组数据?|数据|数|[345]个|三个|四个|五个|算术|平均分?|当|时',
);

/** Averages, and the missing number behind an average. */
export const readMean: FamilyReader = (text) => {
  const statement = new Statement(
    text.replace(/[{}[\]]/g, ' ').replace(/\b(?:a|the) (?:\w+ )?number (?=[a-z]\b)/g, ''),
  );
  if (statement.take(NAME) === null) return null;
  statement.take(/\b[345] (?=numbers|values)|[345](?=个数)/);
  const items = statement
    .take(LIST)?.[0]
    .match(/\d+|[a-z]+/g)
    ?.filter((item) => item !== 'and');
  if (items === undefined) return null;
  const letters = items.filter((item) => /[a-z]/.test(item));
  const numbers = items.filter((item) => /\d/.test(item)).map(Number);
  const [letter] = letters;
  if (letters.length > 1) return null;
  const result = letter === undefined ? null : statement.take(RESULT);
  if (letter !== undefined) while (statement.take(new RegExp(`(?<![a-z])${letter}(?![a-z])`)) !== null);
  if (!statement.saysOnly(WORDS) || (letter !== undefined && result === null)) return null;
  const shown = numbers.join(', ');
  if (letter === undefined) {
    const average = total(numbers) / numbers.length;
    if (!within(numbers.length, 3, 5) || !areTrained(numbers) || !Number.isInteger(average)) return 'out-of-range';
    return [`Find the mean of ${shown}.`, `What is the average of ${shown}?`, `Compute the average of ${shown}.`];
  }
  const average = Number(result?.[1] ?? result?.[2]);
  const missing = average * (numbers.length + 1) - total(numbers);
  if (!within(numbers.length, 2, 4) || !areTrained([...numbers, missing])) return 'out-of-range';
  return [`The mean of ${shown}, x is ${average}. Find x.`, `The average of ${shown} and x is ${average}. What is x?`];
};

const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);
const areTrained = (numbers: readonly number[]): boolean => numbers.every((number) => within(number, 3, 60));
