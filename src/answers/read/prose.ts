const LEAD = /answer(?:\s+is\b|\s*:)\s*:?/gi;
const NUMBER = String.raw`-?\d[\d,]*(?:\.\d+)?(?:/\d+)?`;
const NUMBERS = new RegExp(NUMBER, 'g');
const NUMBER_THEN_WORDS = new RegExp(String.raw`^\$?(${NUMBER})\s+[a-zA-Z]`);

/** Longer than any sentence that states an answer. */
const MAX_STATEMENT_LENGTH = 200;

/**
 * The answer a text without a box states: behind its last "answer is" or "answer:", else its last number where
 * `orLastNumber`. A heuristic, off by default: voting goes by boxes.
 */
export function answerInProse(text: string, orLastNumber: boolean): string | null {
  const lead = [...text.matchAll(LEAD)].at(-1);
  const stated = lead === undefined ? null : statedAnswer(text.slice(lead.index + lead[0].length));
  if (stated !== null || !orLastNumber) return stated;
  return withoutTrailingComma([...text.matchAll(NUMBERS)].at(-1)?.[0] ?? null);
}

/** The first formula of the statement, else its number when words go on behind it, else its words. */
function statedAnswer(rest: string): string | null {
  const line = rest.trimStart().slice(0, MAX_STATEMENT_LENGTH).split('\n', 1)[0] ?? '';
  const formula = /^\W{0,3}(?:\${1,2}([^$]+)\$|\\\(([^$]+?)\\\)|\\\[([^$]+?)\\\])/.exec(line);
  if (formula !== null) return (formula[1] ?? formula[2] ?? formula[3] ?? '').trim() || null;
  const sentence = (line.split(/[.!?](?:\s|$)/, 1)[0] ?? '').replaceAll('**', '').trim();
  const number = NUMBER_THEN_WORDS.exec(sentence)?.[1];
  return withoutTrailingComma(number ?? sentence) || null;
}

function withoutTrailingComma<Text extends string | null>(text: Text): Text | string {
  return text === null ? text : text.replace(/,+$/, '');
}
