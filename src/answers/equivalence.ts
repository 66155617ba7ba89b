import { call, mapChildren, type Node } from './ast';
import { Comparison, type Policy } from './compare/compare';
import { interpret } from './compare/interpret';
import { keyOf } from './compare/key';
import { normalise, WORDS_CLOSE, WORDS_OPEN } from './read/normalise';
import { parse } from './read/parse';
import { plainWords } from './read/words';

export { POLICIES, type Policy } from './compare/compare';

interface EquivalenceOptions {
  /** strict: for votes. lenient: against a known answer. */
  readonly policy?: Policy;
}

/** What is known of an answer's text. */
interface Reading {
  /** null where the text is no formula that the grammar knows. */
  readonly node: Node | null;
  /** B and 5 of "(B) 5". */
  readonly choice: Choice | null;
  /** For answers that are words, and formulas that are not understood. */
  readonly text: string;
  /** Letters in a row, which may be a word or a product: "cat". */
  readonly letters: string | null;
}

interface Choice {
  readonly letter: string;
  readonly rest: string;
}

const MAX_READINGS = 4096;
const readings = new Map<string, Reading>();

/** Parsed once; the oldest readings are forgotten. */
function read(answer: string): Reading {
  const before = readings.get(answer);
  if (before !== undefined) return before;
  const node = parse(answer);
  const text = wordsOf(answer);
  const reading: Reading = {
    node: node && interpret(node),
    choice: choiceOf(text),
    text,
    letters: /^[a-zA-Z](?:-?[a-zA-Z])+$/.test(text) ? text : null,
  };
  if (readings.size >= MAX_READINGS) for (const [oldest] of readings) if (readings.delete(oldest)) break;
  readings.set(answer, reading);
  return reading;
}

/** Without spacing, fonts and the punctuation around; of words without letter case. */
function wordsOf(answer: string): string {
  const text = (normalise(answer) ?? answer)
    .replaceAll(WORDS_OPEN, ' ')
    .replaceAll(WORDS_CLOSE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return /^[a-zA-Z][a-zA-Z ,.'’-]*$/.test(text) && /[a-zA-Z]{2}/.test(text) ? plainWords(text) : text;
}

const CHOICE = /^(?:(?:option|choice|answer)\s+)?(?:\(([A-Ja-j])\)\s*(?=[\w\\$"]|-\d)|([A-J])[.):]\s+(?=\S))(.+)$/i;

/** "(B) 12", "B. 12", and "Option B" by itself. */
function choiceOf(text: string): Choice | null {
  const bare = /^(?:option|choice)\s+\(?([A-J])\)?$/i.exec(text)?.[1] ?? /^\[([A-J])\]$/.exec(text)?.[1];
  if (bare !== undefined) return { letter: bare, rest: '' };
  const [, bracketed, dotted, rest = ''] = CHOICE.exec(text) ?? [];
  const letter = bracketed ?? dotted;
  return letter === undefined ? null : { letter, rest };
}

/**
 * Whether two answers mean the same. Reflexive and symmetric; what cannot be decided is not equal, and neither is what
 * fails: `onError` is told. The work is bounded.
 */
export function areEquivalent(
  a: string,
  b: string,
  { policy = 'lenient' }: EquivalenceOptions = {},
  onError?: (error: unknown) => void,
): boolean {
  if (a === b) return true;
  try {
    const [x, y] = [read(a), read(b)];
    if (policy === 'lenient' && (isChoice(x, y) || isChoice(y, x))) return true;
    return sameReadings(x, y, policy);
  } catch (error) {
    onError?.(error);
    return false;
  }
}

/** Text that two answers share only if they mean the same by the strict policy. */
export function meaningKey(answer: string): string {
  try {
    const { node, text } = read(answer);
    return node === null ? `words ${text === '' ? answer : text}` : keyOf(node);
  } catch {
    return `words ${answer}`;
  }
}

/** Whether some part of what the answer says is so; false where it is not understood. */
export function meaningOf(answer: string): Node | null {
  try {
    return read(answer).node;
  } catch {
    return null;
  }
}

function sameReadings(x: Reading, y: Reading, policy: Policy): boolean {
  if (isSpelled(x, y) || isSpelled(y, x)) return true;
  if (x.node === null || y.node === null) return x.text === y.text && x.text !== '';
  if (policy === 'strict') return new Comparison(policy).equal(x.node, y.node);
  return new Comparison(policy).equal(loosened(x.node), loosened(y.node));
}

/** \text{cat} against cat, which might also be c · a · t. */
const isSpelled = (word: Reading, letters: Reading): boolean =>
  word.node?.kind === 'text' &&
  letters.letters !== null &&
  word.node.text.toLowerCase() === letters.letters.toLowerCase();

/** "(B) 5" against B, (B), or 5. */
function isChoice(long: Reading, short: Reading): boolean {
  if (long.choice === null) return false;
  const letter =
    /^\(?([A-Ja-j])\)?\.?$/.exec(short.text)?.[1] ?? (short.choice?.rest === '' ? short.choice.letter : undefined);
  if (letter !== undefined) return letter.toLowerCase() === long.choice.letter.toLowerCase();
  return long.choice.rest !== '' && short.choice === null && sameReadings(read(long.choice.rest), short, 'lenient');
}

/** C(n, k) counts where the problem says so. */
function loosened(node: Node): Node {
  const inside = mapChildren(node, loosened);
  const counting = inside.kind === 'call' && inside.items.length === 2 ? COUNTING[inside.name] : undefined;
  return inside.kind === 'call' && counting !== undefined ? call(counting, ...inside.items) : inside;
}

const COUNTING: Readonly<Record<string, string>> = { 'C()': 'binomial', 'P()': 'arrangements' };
