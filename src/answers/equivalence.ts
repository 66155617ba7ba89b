import type { Node } from './ast';
import { Comparison, type Policy } from './compare/compare';
import { interpret } from './compare/interpret';
import { normalise } from './read/normalise';
import { parse } from './read/parse';

export { POLICIES, type Policy } from './compare/compare';

interface EquivalenceOptions {
  /** strict: for votes. lenient: against a known answer. */
  readonly policy?: Policy;
}

/** What is known of an answer's text. */
interface Reading {
  /** null where the text is no formula that the grammar knows. */
  readonly node: Node | null;
  /** B of "(B) 5". */
  readonly choice: string | null;
  /** For answers that are words. */
  readonly text: string;
}

const MAX_READINGS = 4096;
const readings = new Map<string, Reading>();

/** Parsed once; the oldest readings are forgotten. */
export function read(answer: string): Reading {
  const before = readings.get(answer);
  if (before !== undefined) return before;
  const node = parse(answer);
  const text = wordsOf(answer);
  const choice = /^\(([a-j])\)\s*[^\s,)]/.exec(text)?.[1] ?? null;
  const reading = { node: node && interpret(node), choice, text };
  if (readings.size >= MAX_READINGS) for (const [oldest] of readings) if (readings.delete(oldest)) break;
  readings.set(answer, reading);
  return reading;
}

/** Without spacing, fonts, letter case and the punctuation around. */
function wordsOf(answer: string): string {
  return (normalise(answer) ?? answer)
    .replace(/[\s\ue002\ue003]+/g, ' ')
    .trim()
    .toLowerCase();
}

/**
 * Whether two answers mean the same. Reflexive and symmetric; what cannot be decided is not equal. The work is bounded:
 * well below 250 ms for any texts.
 */
export function areEquivalent(a: string, b: string, { policy = 'lenient' }: EquivalenceOptions = {}): boolean {
  if (a === b) return true;
  const [x, y] = [read(a), read(b)];
  if (policy === 'lenient' && (isChoice(x, y) || isChoice(y, x))) return true;
  if (x.node === null || y.node === null) return x.text === y.text && x.text !== '';
  return new Comparison(policy).equal(x.node, y.node);
}

/** "(B) 5" against B or (B). */
const isChoice = (long: Reading, short: Reading): boolean =>
  long.choice !== null && long.choice === /^\(?([a-j])\)?$/.exec(short.text)?.[1];
