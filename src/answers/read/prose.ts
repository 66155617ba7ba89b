import { FUNCTIONS } from './functions';

/** What introduces an answer. The statement behind it is read by `statedAnswer`. */
const LEAD =
  /answers?\*{0,2}(?:\s+(?:is|are|would be)\b|\s*[:：=])\s*[:：]?|\bans\s*[.:]|\[answer\]|#{1,4}\s*(?:final )?answer\*{0,2}\s*\n|\*\*(?:final )?answer\*\*|(?:solutions|roots|values)\s+are\b|\b(?:correct|right) (?:option|choice)\s+is\b|(?=\b(?:option|choice)\s+\(?[A-J]\)?\s+is\s+(?:correct|right)\b)|答案\s*(?:是|为|：|:)\s*[：:]?|故选|应选|\b(?:antwort|respuesta|réponse|resposta)\s+(?:ist|es|est|é)\b/giu;
/** GSM8K's mark of the answer, at the start of a line. */
const GSM8K = /(?:^|\n)[ \t]*####[ \t]*(?=[-+−$\\(\d.]|[a-zA-Z]\s?=)([^\n]*)/;
const TAGGED = /<answer>([^]{0,2000}?)<\/answer>/g;

const NUMBER = String.raw`(?:(?<![\d\w)\]])[-−])?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+|(?:/|\s\d+/)\d+)?%?`;
const NUMBERS = new RegExp(String.raw`\\[dt]?frac\{[^{}]{1,40}\}\{[^{}]{1,40}\}|${NUMBER}`, 'g');
const LAST_FORMULA = /\$([^$\n]{1,200})\$[\s.。*]{0,9}$/;
const FORMULA = /^(?:\$\$([^$]+)\$\$|\$([^$]+)\$|\\\(([^]+?)\\\)|\\\[([^]+?)\\\])/;
const CHOICE =
  /^(?:(?:option|choice)\s+\(?|\()?([A-J])(\)?)(?=[.,;:。]?\s*$|[.):]\s|\)?\s\d|[.,;。]\s|\s+is\s+(?:correct|right)\b)/i;

/** Longer than any sentence that states an answer. */
const MAX_STATEMENT_LENGTH = 400;

/**
 * The answer a text without a box states: in <answer> tags, behind GSM8K's ####, behind its last "answer is" or "answer:",
 * else its last formula or number where `orLastNumber`. A heuristic, off by default: voting uses boxes.
 */
export function answerInProse(text: string, orLastNumber: boolean): string | null {
  const tagged = [...text.matchAll(TAGGED)].at(-1)?.[1];
  if (tagged !== undefined) return tagged.trim() || null;
  const marked = GSM8K.exec(text)?.[1];
  if (marked !== undefined) return withoutEnd(marked) || null;
  const leads = [...text.matchAll(LEAD)].reverse().slice(0, 5);
  for (const lead of leads) {
    const stated = statedAnswer(text.slice(lead.index + lead[0].length));
    if (stated !== null) return stated;
  }
  return orLastNumber ? lastFigure(text) : null;
}

function lastFigure(text: string): string | null {
  const tail = text.slice(-MAX_STATEMENT_LENGTH);
  const formula = LAST_FORMULA.exec(tail)?.[1];
  if (formula !== undefined && /[\\^=]/.test(formula)) return formula.trim();
  const number = [...text.matchAll(NUMBERS)].at(-1)?.[0];
  return number === undefined ? null : number.replace('−', '-').replace(/,+$/, '');
}

/** The first formula of the statement, else what is maths at its beginning, else its words. */
function statedAnswer(rest: string): string | null {
  const text = rest.slice(0, MAX_STATEMENT_LENGTH).replace(/^[\s*_:："'`>=]+/, '');
  const formula = FORMULA.exec(text);
  if (formula !== null && !isMoney(formula[0])) return formulaText(formula);
  const line = text.split('\n', 1)[0] ?? '';
  const choice = CHOICE.exec(line);
  if (choice?.[1] !== undefined) return choice[1];
  const [clause = ''] = line.split(
    /(?<!\b[ap]\.m)[.!?](?:["'`*]*\s|["'`*]*$)|[。，]|\s+(?:because|since|which|where)\s/,
    1,
  );
  const sentence = withoutEnd(clause.replace(/\*\*|`/g, ''));
  const maths = mathsAtStart(sentence);
  const answer = withoutEnd(maths === '' ? sentence : maths);
  const sides = answer.split('=');
  // m + n = 256 + 37 = 293
  return (sides.length > 2 ? (sides.at(-1) ?? '').trim() : answer) || null;
}

function formulaText([, ...groups]: RegExpExecArray): string | null {
  return (groups.find((group) => group !== undefined) ?? '').trim() || null;
}

/** "$5 and not $" is no formula. */
const isMoney = (formula: string): boolean => /^\$\d[\d.,]*\s+[a-zA-Z]{2}/.test(formula);

/** The words at the beginning that are numbers, signs, commands or single letters, joined by "and" and "or". */
function mathsAtStart(sentence: string): string {
  const taken: string[] = [];
  for (const word of sentence.split(/\s+/)) {
    const bare = word.replace(/[,;]$/, '');
    const isJoint = /^(?:and|or)$/i.test(bare);
    const letters = bare.replace(/\\[a-zA-Z]+/g, '').match(/[a-zA-Z\u00c0-\u024f\u4e00-\u9fff]{2,}/g) ?? [];
    const isMaths =
      letters.every((part) => FUNCTIONS.has(part) || /^(?:sqrt|pi|[ap]m)$/.test(part)) || /^[ap]\.m\.?$/.test(bare);
    if (!isMaths && !isJoint) break;
    if (/^[a-zA-Z]$/.test(bare) && taken.length === 0 && /^[aAI]$/.test(bare)) break;
    taken.push(word);
    // "72, in total" goes on in words, "3, 4" in numbers.
  }
  while (/^(?:and|or)$/i.test(taken.at(-1) ?? '')) taken.pop();
  return taken.join(' ');
}

const withoutEnd = (text: string): string =>
  text
    .trim()
    .replace(/["'`*]+$/, '')
    .replace(/[.,;:!?。，]+$/, '')
    .replace(/^["'`]+/, '')
    .trim();
