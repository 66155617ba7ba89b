import { Statement, vocabulary } from './statement';

/** What is asked of a sequence that is given by its first term and its step. */
interface AskedSequence {
  readonly kind: 'term' | 'sum';
  readonly first: number;
  /** Difference or ratio; null: of neither kind. */
  readonly difference: number | null;
  readonly ratio: number | null;
  readonly n: number;
  /** Whether the text says which kind of sequence it is, or gives a difference or a ratio. */
  readonly named: 'arithmetic' | 'geometric' | null;
}

const SUM =
  /\b(?:the )?(?:sum|total) (?:of|for) (?:its |the )?(?:first )?(\d+) terms\b|\b(?:sum|add)(?: up)? (?:its |the )?first (\d+) terms\b|\b(?:the )?sum (?:of|for) (?:its |the )?first (\d+) (?:numbers|elements)\b|\b(?:the )?sum to (\d+) terms\b|\bs_?(\d+)\b|\bs\((\d+)\)|前(\d+)项(?:的)?(?:之|总)?和|前(\d+)个数的和/;
const TERM =
  /\bterm (?:number )?(\d+)\b|\b(\d+)(?:st|nd|rd|th) (?:term|number|element|entry)\b|\ba_?(\d+)\b(?! ?=)|\ba\((\d+)\)(?! ?=)|第(\d+)(?:项|个数)/;
const FIRST =
  /\b(?:first term|initial term|starting term)(?: of (?:an?|the|this)[ |]*(?:sequence|progression|series))?(?: (?:is|of|equal to|equals|being)| ?=|:)* ?(\d+)\b|\ba_?1? ?= ?(\d+)\b|\b(?:starts?|begins?|starting|beginning)(?: (?:with|at|from))+ (?:the number )?(\d+)\b(?! ?,)|(?:首项|第一项|第1项)(?:a_?1)?(?:是|为|=|等于|:)*(\d+)/;
const DIFFERENCE =
  /\b(?:common )?difference(?: (?:is|of|equal to|equals|being)| ?=|:)* ?(\d+)\b|\bd ?= ?(\d+)\b|\b(?:goes up|going up|increases|increasing|grows|adding)(?: by)? (\d+)\b|\beach (?:next )?term is (\d+) more than the (?:one before|previous(?: one| term)?)|公差(?:d)?(?:是|为|=|等于|:)*(\d+)/;
const RATIO =
  /\b(?:common )?(?:ratio|quotient)(?: (?:is|of|equal to|equals|being)| ?=|:)* ?(\d+)\b|\b[rq] ?= ?(\d+)\b|公比(?:[qr])?(?:是|为|=|等于|:)*(\d+)|\b(?:multiplied|multiplying|multiplies) by (\d+)\b/;
const LIST = /(\d+(?: ?, ?\d+){2,})(?: ?,? ?(?:\.\.\.|and so on|etc))?/;
const NAMED = /\b(arithmetic|geometric)\b|(等差|等比)/;
const WORDS = vocabulary(
  'sequence progression series ap gp term terms first common difference ratio with has have having having whose where by starts start begins begin starting beginning from number numbers sum up add total list each time every pattern common s n th d r q',
  '等差数列|等比数列|数列|序列|首项|公差|公比|这列数|一列数|规律|按|找|其中|中的|前|项|和',
);

/** A question about a term or a sum of a sequence; null: the text is something else, or says more. */
export function askedSequence(text: string): AskedSequence | null {
  const statement = new Statement(
    text
      .replace(/\bdoubles?\b/g, 'multiplies by 2')
      .replace(/\btriples?\b/g, 'multiplies by 3')
      .replace(/(\d) ?\+ ?(?=\d+ ?\+|\.\.\.|\d+$|$)/g, '$1, ')
      .replace(/\{ ?a_?n ?\}|\ba_n\b/g, ' ')
      .replace(/(?<=数列)\{?a_?n\}?/g, ''),
  );
  const name = NAMED.exec(text);
  statement.take(/\b(?:arithmetic|geometric)\b/);
  const list = statement.take(LIST);
  const first = list === null ? statement.take(FIRST) : null;
  const given = { d: statement.take(DIFFERENCE), r: statement.take(RATIO) };
  const sum = statement.take(SUM);
  const asked = sum ?? statement.take(TERM);
  // "The sum of the first ten terms, S_10" says it twice.
  const again = sum === null ? null : statement.take(SUM);
  if (again !== null && numberOf(again) !== numberOf(sum)) return null;
  if (asked === null || (list === null) === (first === null) || !statement.saysOnly(WORDS)) return null;
  const terms = list?.[1]?.split(',').map(Number) ?? [numberOf(first)];
  const [start = 0, second] = terms;
  const difference = second === undefined ? optional(given.d) : stepOf(terms, (a, b) => b - a);
  const ratio = second === undefined ? optional(given.r) : stepOf(terms, (a, b) => b / a);
  const isGivenTwice = list !== null && (given.d !== null || given.r !== null);
  if (isGivenTwice || (difference === null && ratio === null)) return null;
  const word = name?.[1] ?? (name?.[2] === '等差' ? 'arithmetic' : name?.[2] === '等比' ? 'geometric' : null);
  const named = word === 'arithmetic' || word === 'geometric' ? word : null;
  return { kind: sum === null ? 'term' : 'sum', first: start, difference, ratio, n: numberOf(asked), named };
}

/** The step from every term to the next one; null: they differ. */
function stepOf(terms: readonly number[], step: (a: number, b: number) => number): number | null {
  const steps = terms.slice(1).map((term, i) => step(terms[i] ?? 0, term));
  const [one = 0] = steps;
  return steps.every((other) => other === one) ? one : null;
}

function numberOf(found: RegExpExecArray | null): number {
  return Number(found?.slice(1).find((part: string | undefined) => part !== undefined));
}

const optional = (found: RegExpExecArray | null): number | null => (found === null ? null : numberOf(found));

/** Every wording of a question about a sequence. */
export function sequenceWordings(
  name: 'arithmetic' | 'geometric',
  { kind, first, n }: AskedSequence,
  step: number,
): readonly string[] {
  const isSum = name === 'arithmetic';
  const next = (value: number): number => (isSum ? value + step : value * step);
  const listed = `${first}, ${next(first)}, ${next(next(first))}, ...`;
  const given = `first term ${first} and common ${isSum ? 'difference' : 'ratio'} ${step}`;
  const what = kind === 'term' ? `term ${n}` : `the sum of the first ${n} terms`;
  return [
    `Find ${what} of the ${name} sequence ${listed}`,
    ...(kind === 'term' ? [`What is ${what} of the ${name} sequence ${listed}?`] : []),
    `${isSum ? 'An' : 'A'} ${name} sequence has ${given}. Find ${what}.`,
    `What is ${what} of the ${name} sequence with ${given}?`,
  ];
}
