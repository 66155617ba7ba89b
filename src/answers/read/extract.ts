import { closingBrace } from './braces';
import { answerInProse } from './prose';

/** Where to look when a solution has no box: nowhere, after "the answer is", or there and then at the last number. */
type ExtractFallback = 'none' | 'answer-is' | 'last-number';

interface ExtractOptions {
  readonly fallback?: ExtractFallback;
  /** Whether nothing can follow: then a bare `\boxed 42` at the very end is read too. */
  readonly finished?: boolean;
}

const BOX = /\\(?:boxed|fbox)(?![a-zA-Z])\s*/g;

/** What a model writes when it goes on past its solution: everything from there on is another turn. */
const TURN_MARKS = ['<|im_start|>', '<|im_end|>', '<|endoftext|>', '<|user|>', '<|end|>'];

/** A new question at the start of a line; counts only behind an answer, since a solution may restate its problem. */
const NEXT_QUESTION = /\n[ \t]{0,8}(?:Human|User|Question|Problem|Q) ?\d{0,4} ?:/g;

/**
 * The final answer of a solution: what stands in its last \boxed{…} or \fbox{…} (`\boxed 5` counts too),
 * after a continuation has been cut off. null when there is no box and the fallback finds nothing, and when the last box
 * is empty or not closed, as while it is still being written. Linear in the text's length; safe on partial text.
 */
export function extractAnswer(
  text: string,
  { fallback = 'none', finished = false }: ExtractOptions = {},
): string | null {
  const solution = withoutContinuation(text);
  const box = [...solution.matchAll(BOX)].at(-1);
  if (box === undefined) return fallback === 'none' ? null : answerInProse(solution, fallback === 'last-number');
  const start = box.index + box[0].length;
  if (solution[start] !== '{') return bareBox(solution, start, finished);
  const end = closingBrace(solution, start + 1);
  if (end === null) return null;
  return solution.slice(start + 1, end).trim() || null;
}

function withoutContinuation(text: string): string {
  let end = text.length;
  for (const mark of TURN_MARKS) {
    // A text that begins with a mark is a whole turn, not the end of one.
    const at = text.indexOf(mark, 1);
    if (at !== -1) end = Math.min(end, at);
  }
  const firstBox = text.search(BOX);
  if (firstBox !== -1) {
    NEXT_QUESTION.lastIndex = firstBox;
    end = Math.min(end, NEXT_QUESTION.exec(text)?.index ?? end);
  }
  return text.slice(0, end);
}

/** `\boxed 5` and `\boxed\pi`: a command of TeX, or a number as people mean it. A letter may as well be a word's. */
function bareBox(text: string, start: number, isFinished: boolean): string | null {
  const token = /^(?:[+-]?\d+(?:\.\d+)?|\\[a-zA-Z]+)/.exec(text.slice(start, start + 40))?.[0];
  // At the very end the token may still be growing.
  const mayGrow = !isFinished && token !== undefined && start + token.length === text.length;
  return token === undefined || mayGrow ? null : token;
}
