import { closingBrace } from './braces';
import { answerInProse } from './prose';

/** Where to look when a solution has no box: nowhere, after "the answer is", or there and then at the last number. */
type ExtractFallback = 'none' | 'answer-is' | 'last-number';

interface ExtractOptions {
  readonly fallback?: ExtractFallback;
  /** Whether nothing can follow: then a bare `\boxed 42` at the very end is read too. */
  readonly finished?: boolean;
}

const BOX = /\\(?:boxed|fbox|framebox|Boxed)(?![a-zA-Z])\s*/g;

/** What a model writes when it goes on past its solution: everything from there on is another turn. */
const TURN_MARKS = [
  '<|im_start|>', '<|im_end|>', '<|endoftext|>', '<|user|>', '<|end|>', '<|eot_id|>', '<|eot|>', '<|start_header_id|>', '</s>',
  '[INST]', '<end_of_turn>', '<start_of_turn>', '<｜end▁of▁sentence｜>', '<｜User｜>', '<|end_of_text|>', '<|return|>',
]; // prettier-ignore

/** A new question at the start of a line; counts only behind an answer, since a solution may restate its problem. */
const NEXT_QUESTION =
  /\n[ \t]{0,8}(?:(?:Human|User|Question|Problem|Instruction|Q) ?\d{0,4} ?[:：]|#{1,6} ?(?:Problem|Question|Exercise)\b|\*\*(?:Problem|Question|Exercise) ?\d{0,4} ?[.:]?\*\*|(?:问题|题目) ?\d{0,4} ?[:：])/g;
const ANSWER_LINE = /(?:^|\n)[ \t]{0,8}####[ \t]{0,8}[-\d$\\]/;

const THINKING_ENDS = /<\/think(?:ing)?>|◁\/think▷/g;
const THINKING = /<think(?:ing)?>|◁think▷/g;

/** What a prompt or a model puts where an answer should be. */
const PLACEHOLDER =
  /^(?:\\text\s?\{)?\s*(?:<?(?:your |final |the )*answer(?: here)?>?|\?+|\.{2,}|\\[lc]?dots|…|_+|\\_+|answer_here|\\square|\\Box)\s*\}?$/i;

/**
 * The final answer of a solution: the content of its last \boxed{…} or \fbox{…} (`\boxed 5` counts too), together with
 * those that its sentence lists before it; after thinking, and a continuation, have been cut off. null when there is no box
 * and the fallback finds nothing, and when the last box is empty or not closed, as while it is still being written. Linear
 * in the text's length; safe on partial text.
 */
export function extractAnswer(text: string, options: ExtractOptions = {}): string | null {
  const solution = withoutContinuation(text);
  const thought = [...solution.matchAll(THINKING_ENDS)].at(-1);
  if (thought === undefined) return THINKING.test(reset(solution)) ? null : answerOf(solution, options);
  const [inside, after] = [solution.slice(0, thought.index), solution.slice(thought.index + thought[0].length)];
  if (THINKING.test(reset(after))) return null;
  return (
    answerOf(after, options) ?? (after.search(BOX) === -1 ? answerOf(inside, { ...options, fallback: 'none' }) : null)
  );
}

/** Patterns that are searched for from the start. */
function reset(text: string): string {
  THINKING.lastIndex = 0;
  return text;
}

function answerOf(solution: string, { fallback = 'none', finished = false }: ExtractOptions): string | null {
  const boxes = [...solution.matchAll(BOX)].filter((box) => !isPlaceholder(solution, box));
  const box = boxes.at(-1);
  if (box === undefined) {
    const tagged = /<answer>/.test(solution);
    if (solution.search(BOX) !== -1) return null;
    return fallback === 'none' && !tagged ? null : answerInProse(solution, fallback === 'last-number');
  }
  const content = contentOf(solution, box, finished);
  return content === null ? null : [...listedBefore(solution, boxes), content.text].join(', ') || null;
}

interface Content {
  readonly text: string;
  /** Where the box begins and ends. */
  readonly from: number;
  readonly to: number;
}

function contentOf(text: string, box: RegExpExecArray, isFinished: boolean): Content | null {
  const start = box.index + box[0].length;
  const bracket = /^(?:\\?\{|\(|\[)/.exec(text.slice(start, start + 2))?.[0];
  if (bracket === undefined) return bareBox(text, box.index, start, isFinished);
  const from = start + bracket.length;
  const end = bracket === '{' ? closingBrace(text, from) : closingBracket(text, from, bracket);
  if (end === null) return null;
  const inside = text.slice(from, end);
  const isEscaped = text[box.index - 1] === '\\' && /\\\\[a-zA-Z]/.test(inside);
  const content = (isEscaped ? inside.replaceAll('\\\\', '\\') : inside).replace(/(?<!\\)%[^\n]{0,200}\n/g, '').trim();
  return content === '' ? null : { text: content, from: box.index, to: end + bracket.length };
}

function closingBracket(text: string, from: number, bracket: string): number | null {
  const closer = bracket === '\\{' ? '\\}' : bracket === '(' ? ')' : ']';
  const end = text.slice(from, from + 400).indexOf(closer);
  return end === -1 ? null : from + end;
}

function isPlaceholder(text: string, box: RegExpExecArray): boolean {
  const start = box.index + box[0].length;
  const inside = text[start] === '{' ? text.slice(start + 1, start + MAX_PLACEHOLDER) : '';
  const end = closingBrace(inside, 0);
  return end !== null && PLACEHOLDER.test(inside.slice(0, end).trim());
}

/** What may stand between boxes of one list: "$\boxed{4}$, $\boxed{9}$ and $\boxed{16}$", "x = \boxed{3} or x = \boxed{-3}". */
const BETWEEN =
  /^(?:[\s$,;&]|\\[()[\],;]|\\q?quad|\b(?:and|or)\b|\\(?:text|mathrm)\s?\{[\s,]*(?:and|or)?[\s,]*\}|[a-zA-Z](?:_\{?\w\}?)?\s?=|[和或、，])*$/;
const SEPARATOR = /[,;和或、，]|\band\b|\bor\b/;
const MAX_GAP = 60;
const MAX_PLACEHOLDER = 60;
const MAX_LISTED = 50;

/** The boxes that stand in one list with the last, before it. */
function listedBefore(text: string, boxes: readonly RegExpExecArray[]): readonly string[] {
  const [final, ...earlier] = boxes.slice(-MAX_LISTED).reverse();
  const last = final ? contentOf(text, final, true) : null;
  const listed: Content[] = [];
  let next = last;
  for (const box of earlier) {
    const content = contentOf(text, box, true);
    if (content === null || next === null || content.to >= next.from || next.from - content.to > MAX_GAP) break;
    const gap = text.slice(content.to, next.from);
    if (!BETWEEN.test(gap) || !SEPARATOR.test(gap) || /\n\s*\n/.test(gap)) break;
    listed.unshift(content);
    next = content;
  }
  const others = new Set(listed.map((content) => content.text));
  return [...others].filter((one) => one !== last?.text);
}

function withoutContinuation(text: string): string {
  let end = text.length;
  for (const mark of TURN_MARKS) {
    // A text that begins with a mark is a whole turn, not the end of one.
    const at = text.indexOf(mark, 1);
    if (at !== -1) end = Math.min(end, at);
  }
  const boxAt = text.search(BOX);
  const answered = boxAt === -1 ? text.search(ANSWER_LINE) : boxAt;
  if (answered !== -1) {
    NEXT_QUESTION.lastIndex = answered;
    end = Math.min(end, NEXT_QUESTION.exec(text)?.index ?? end);
  }
  return text.slice(0, end);
}

/** `\boxed 5` and `\boxed\pi`: a command of TeX, or a number as people mean it. A letter may as well be a word's. */
function bareBox(text: string, from: number, start: number, isFinished: boolean): Content | null {
  const token = /^(?:[+-]?\d+(?:\.\d+)?|\\[a-zA-Z]+)/.exec(text.slice(start, start + 40))?.[0];
  // At the very end the token may still be growing.
  const mayGrow = !isFinished && token !== undefined && start + token.length === text.length;
  return token === undefined || mayGrow ? null : { text: token, from, to: start + token.length };
}
