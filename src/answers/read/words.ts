const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

const SCALES: Readonly<Record<string, bigint>> = {
  ten: 10n, hundred: 100n, thousand: 1000n, million: 10n ** 6n, billion: 10n ** 9n, trillion: 10n ** 12n,
  quadrillion: 10n ** 15n, dozen: 12n, gross: 144n, lakh: 10n ** 5n, crore: 10n ** 7n, 百: 100n, 千: 1000n, 万: 10n ** 4n, 亿: 10n ** 8n,
}; // prettier-ignore

/** "million" behind a number → 10^6; undefined for other words. */
export const scaleOf = (word: string): bigint | undefined => SCALES[word] ?? SCALES[word.replace(/s$/, '')];

/** "twenty-one", "two hundred and five" → 21, 205; null for anything else. */
export function numberInWords(text: string): bigint | null {
  const words = text
    .toLowerCase()
    .replace(/-/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== 'and');
  if (words.length === 0 || words.length > 12) return null;
  let [total, part, last] = [0n, 0n, -1n];
  for (const [i, word] of words.entries()) {
    const one = ONES.indexOf(word);
    const ten = TENS.indexOf(word);
    const scale = word === 'ten' ? undefined : SCALES[word];
    if (one !== -1) {
      if (last !== -1n && !(last >= 20n && last < 100n && one > 0 && one < 10) && last !== 100n) return null;
      part += BigInt(one);
      last = BigInt(one);
    } else if (ten !== -1) {
      if (last !== -1n && last !== 100n) return null;
      last = BigInt(10 * (ten + 2));
      part += last;
    } else if (scale !== undefined && (i > 0 || word === 'hundred' || word === 'thousand' || word === 'million')) {
      part = (part === 0n ? 1n : part) * scale;
      last = scale === 100n ? 100n : -1n;
      if (scale > 100n) [total, part] = [total + part, 0n];
    } else return null;
  }
  return total + part;
}

const PARTS: Readonly<Record<string, bigint>> = {
  half: 2n, halve: 2n, third: 3n, quarter: 4n, fourth: 4n, fifth: 5n, sixth: 6n, seventh: 7n, eighth: 8n, ninth: 9n, tenth: 10n,
  hundredth: 100n,
}; // prettier-ignore

/** "one half", "three quarters", "two-thirds" → top and bottom. */
export function fractionInWords(text: string): readonly [bigint, bigint] | null {
  const words = text.toLowerCase().replace(/-/g, ' ').split(/\s+/);
  const [last = ''] = words.slice(-1);
  const bottom = PARTS[last] ?? PARTS[last.replace(/s$/, '')];
  if (bottom === undefined || words.length > 3) return null;
  const before = words.slice(0, -1).join(' ').replace(/^an?$/, 'one');
  const top = before === '' && last === 'half' ? 1n : numberInWords(before);
  return top === null ? null : [top, bottom];
}

/** Words that say the opposite of one another, or at least something else. */
const OPPOSITES =
  `increase/decrease increased/decreased gain/loss profit/loss more/less more/fewer larger/smaller greater/less north/south east/west
northeast/southwest northwest/southeast up/down above/below over/under left/right early/late before/after ago/from max/min
maximum/minimum odd/even possible/impossible positive/negative bce/ce bc/ad am/pm heads/tails true/false yes/no win/lose wins/loses
red/blue boys/girls men/women male/female horizontal/vertical clockwise/counterclockwise clockwise/anticlockwise inside/outside
rise/fall rises/falls up/falls deep/high hot/cold fast/slow faster/slower older/younger longer/shorter taller/shorter heavier/lighter
first/last least/most lower/upper lower/higher deposit/withdrawal surplus/deficit debit/credit forward/backward forwards/backwards`.split(
    /\s+/,
  );

const OPPOSITE = new Map<string, Set<string>>();
for (const pair of OPPOSITES) {
  const [a = '', b = ''] = pair.split('/');
  OPPOSITE.set(a, (OPPOSITE.get(a) ?? new Set()).add(b));
  OPPOSITE.set(b, (OPPOSITE.get(b) ?? new Set()).add(a));
}
const ALL_OPPOSITE: ReadonlyMap<string, ReadonlySet<string>> = OPPOSITE;

/** Whether words of one answer contradict those of another. */
export function contradict(a: string, b: string): boolean {
  const [x, y] = [a.split(' '), b.split(' ')];
  return x.some(
    (word) => !y.includes(word) && y.some((other) => ALL_OPPOSITE.get(word)?.has(other) && !x.includes(other)),
  );
}

/** Words that make something else of a value, so that it cannot be left out: "not 3", "5 or more". */
const CHANGING =
  /\b(?:not|no|non|ormore|orless|least|most|except|without|impossible|never|than|times|half|twice|double|triple|nor)\b/;
export const changesMeaning = (words: string): boolean => CHANGING.test(words);

/** Words at the beginning that only introduce an answer, or say that it is rounded. */
export const LEAD =
  /^(?:(?:(?:so|thus|hence|therefore),?\s+)?(?:the\s+)?(?:(?:final|correct)\s+)?(?:answer|solution|value|result)s?(?:\s+(?:is|are|equals)|\s*:)?|approximately|about|approx\.?|roughly|around|either|exactly|option|choice|答案[是为]?)\s*:?\s*$/i;

/** Different ways of saying that there is nothing, everything, … */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/^(?:there (?:is|are) )?(?:no|none|无)\s?(?:real |integer |such |possible |valid )?(?:solutions?|roots?|answers?|values?|numbers?|integers?|解|实数解|实数根)?(?: exists?)?$/, 'no solution'],
  [/^(?:(?:the )?(?:empty|null) set|空集)$/, 'no solution'],
  [/^(?:(?:it |the limit |limit )?(?:does not|doesn't|do not) exist|dne|undefined|not defined|不存在)$/, 'does not exist'],
  [/^(?:there are )?(?:infinitely|infinite)(?: many)?(?: (?:solutions?|answers?|values?))?$|^无穷多(?:个)?解?$|^无数(?:个)?解?$/, 'infinitely many'],
  [/^(?:the set of )?(?:all )?(?:of )?(?:the )?(?:real numbers|reals)$|^任意实数$|^全体实数$|^all real$/, 'all real numbers'],
  [/^(?:the set of )?all (?:the )?integers$|^(?:任意|全体|所有)整数$/, 'all integers'],
  [/^(?:cannot|can not|can't|could not) be (?:determined|found)$|^(?:not enough|insufficient) information$/, 'cannot be determined'],
]; // prettier-ignore

/** One spelling for words: letter case, spacing, articles; single letters and capitals keep their case. */
export function plainWords(text: string): string {
  const words = text
    .replace(/[“”"]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/[.?!,:;\s]+$/, '')
    .trim()
    .split(' ')
    .map((word) =>
      /^[A-Z]+$/.test(word) && word.length < 4 && !/^(?:NO|YES|DNE|AND|OR|NOT|THE|IS)$/.test(word)
        ? word
        : word.toLowerCase(),
    )
    .map((word, i, all) => (all.length > 1 && word === 'A' && i === 0 ? 'a' : word));
  const bare = words.length > 1 ? words.filter((word) => !/^(?:a|an|the)$/.test(word)) : words;
  const joined = bare.join(' ');
  return PHRASES.find(([pattern]) => pattern.test(joined.toLowerCase()))?.[1] ?? joined;
}
