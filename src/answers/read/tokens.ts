import { FUNCTIONS } from './functions';
import { SIGN_OF } from './signs';
import { isUnitWord, isWord, splitName } from './lexicon';
import { REPEATED } from './numerals';
import { AND, OR, WORDS_CLOSE, WORDS_OPEN } from './normalise';
import { DOLLAR, OTHER_MONEY } from './undress';
import { LETTER_UNITS } from './units';

/** A number, a \command without its backslash, a symbol's or function's name, words, or a sign. */
export interface Token {
  readonly kind: 'number' | 'command' | 'name' | 'word' | 'sign' | 'relation' | 'arrow' | 'infix' | 'end';
  readonly text: string;
  /** Whether white space stands before it. */
  readonly spaced: boolean;
}

const TOKEN = new RegExp(
  String.raw`(\s*)(?:(\d+(?:\.(?!\.)\d*)?(?:${REPEATED}\d+)?|\.\d+)(?:[eE]([+-]?\d{1,4})(?![a-zA-Z\d]))?|\\([a-zA-Z]+)|([a-zA-Z]+|[\u4e00-\u9fff]+)` +
    String.raw`|${WORDS_OPEN}([^${WORDS_CLOSE}]*)${WORDS_CLOSE}|(\.{3}|\\[{}\\|&]|<=|>=|!=|=/=|/=|:=|\+/-|\\.|\S))`,
  'y',
);

const SPELLINGS: Readonly<Record<string, string>> = {
  '=/=': '!=', '/=': '!=', ':=': '=', '+/-': 'pm', '+-': 'pm', [OR]: 'or', [AND]: 'and', '\\|': '|', '\\&': ',', [DOLLAR]: '$', ...OTHER_MONEY,
}; // prettier-ignore

/** The tokens of a normalised answer; null if there are more than `limit`. */
export function tokenise(text: string, limit: number): Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, space = '', digits, exponent, command, name, words, sign = ''] = match;
    const add = (kind: Token['kind'], word: string, spaced = space !== ''): void =>
      void tokens.push({ kind, text: word, spaced });
    if (digits !== undefined) {
      add('number', digits);
      if (exponent !== undefined) for (const token of powerOfTen(exponent)) tokens.push(token);
    } else if (command !== undefined) {
      const spelled = SIGN_OF.get(command);
      const isOhm =
        command === 'Omega' && tokens.at(-1)?.kind === 'number' && text.slice(TOKEN.lastIndex).trim() === '';
      if (isOhm) add('word', 'ohm');
      else if (spelled !== undefined) add(spelled.kind, spelled.text);
      else for (const [i, part] of commandParts(command).entries()) add(i === 0 ? 'command' : 'name', part);
    } else if (name !== undefined) {
      const rest = text.slice(TOKEN.lastIndex, TOKEN.lastIndex + 8);
      for (const token of nameTokens(name, space !== '', tokens.at(-1), rest)) tokens.push(token);
    } else if (words !== undefined) add('word', words);
    else add('sign', SPELLINGS[sign] ?? sign);
    if (tokens.length > limit) return null;
  }
  return tokens;
}

function powerOfTen(exponent: string): Token[] {
  const digits: Token = { kind: 'number', text: exponent.replace(/^[+-]/, ''), spaced: false };
  const sign = (text: string): Token => ({ kind: 'sign', text, spaced: false });
  const ten: Token = { kind: 'number', text: '10', spaced: false };
  return [sign('*'), ten, sign('^'), ...(exponent.startsWith('-') ? [sign('-')] : []), digits];
}

/** \cotx is \cot and x; other commands are one. */
function commandParts(command: string): string[] {
  const [first = '', ...rest] = splitName(command);
  return FUNCTIONS.has(first) && rest.length > 0 ? [first, ...rest] : [command];
}

const CHINESE: Readonly<Record<string, string>> = {
  或: 'or',
  或者: 'or',
  和: 'and',
  且: 'and',
  与: 'and',
  以及: 'and',
};

function nameTokens(name: string, spaced: boolean, before: Token | undefined, after: string): Token[] {
  const lower = name.toLowerCase();
  if (lower === 'and' || lower === 'or') return [{ kind: 'sign', text: lower, spaced }];
  if (/^[\u4e00-\u9fff]/.test(name)) {
    return name
      .split(/(或者|或|以及|且|和)/)
      .filter((part) => part !== '')
      .map((part) => ({ kind: part in CHINESE ? 'sign' : 'word', text: CHINESE[part] ?? part, spaced }));
  }
  const isInfinity = lower === 'oo' || lower === 'infinity';
  if (isInfinity) return [{ kind: 'name', text: 'infinity', spaced }];
  const isRaised = before?.text === '^' || before?.text === '_';
  if (/^(?:YES|NO|DNE|TRUE|FALSE|NONE)$/.test(name)) return [{ kind: 'word', text: name, spaced }];
  if (/^[A-Z]{2,}$/.test(name) && !isRaised && name !== 'US') return [{ kind: 'name', text: name, spaced }];
  const followsValue = before?.kind === 'number' || before?.kind === 'word' || /^[)}\]°%]$/.test(before?.text ?? '');
  const isApplied = FUNCTIONS.has(name) && /^\s*[({\\a-zA-Z^]/.test(after);
  // 1 h 30 min
  const isBetween = before?.kind === 'number' && spaced && LETTER_UNITS.has(name) && /^\s+\d/.test(after);
  const isWordThere = (followsValue && isUnitWord(name) && !isApplied) || (isWord(name) && !isRaised) || isBetween;
  if (isWordThere || (name === 'x' && before?.kind === 'number' && spaced && /^\s+10\s?\^/.test(after))) {
    return [isWordThere ? { kind: 'word', text: name, spaced } : { kind: 'sign', text: '*', spaced }];
  }
  // Words in a row, of which some are short: "x axis".
  if (before?.kind === 'word' && spaced && name.length > 1 && /^[a-z]+$/.test(name) && !FUNCTIONS.has(name)) {
    return [{ kind: 'word', text: name, spaced }];
  }
  return splitName(name).map((text, i) => ({ kind: 'name', text, spaced: spaced && i === 0 }));
}
