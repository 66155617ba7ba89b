import { FUNCTIONS, isUnitWord, isWord, splitName } from './lexicon';
import { OR, WORDS_CLOSE, WORDS_OPEN } from './normalise';

/** A number, a \command without its backslash, a symbol's or function's name, words, or a sign. */
export interface Token {
  readonly kind: 'number' | 'command' | 'name' | 'word' | 'sign';
  readonly text: string;
  /** Whether white space stands before it. */
  readonly spaced: boolean;
}

const TOKEN = new RegExp(
  String.raw`(\s*)(?:(\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE]([+-]?\d{1,4})(?![a-zA-Z\d]))?|\\([a-zA-Z]+)|([a-zA-Z]+)` +
    String.raw`|${WORDS_OPEN}([^${WORDS_CLOSE}]*)${WORDS_CLOSE}|(\.{3}|\\[{}\\|&]|<=|>=|!=|=/=|\\.|\S))`,
  'y',
);

const SIGNS: Readonly<Record<string, string>> = {
  le: '<=', leq: '<=', leqslant: '<=', ge: '>=', geq: '>=', geqslant: '>=', lt: '<', gt: '>', ne: '!=', neq: '!=',
  in: 'in', cup: 'cup', cap: 'cap', setminus: 'setminus', backslash: 'setminus', pm: 'pm', mp: 'mp', approx: 'approx',
  simeq: 'approx', equiv: '=', lbrace: '\\{', rbrace: '\\}', lvert: '|', rvert: '|', vert: '|', mid: '|', land: ',',
  lor: 'or', wedge: ',', vee: 'or', cdot: '*', times: '*', ast: '*', div: '/', langle: '(', rangle: ')', colon: ':',
  lbrack: '[', rbrack: ']', lparen: '(', rparen: ')', percent: '%',
}; // prettier-ignore

const SPELLINGS: Readonly<Record<string, string>> = { '=/=': '!=', [OR]: 'or', '\\|': '|', '\\&': ',' };

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
      const spelled = SIGNS[command];
      if (spelled !== undefined) add('sign', spelled);
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
  return first in FUNCTIONS && rest.length > 0 ? [first, ...rest] : [command];
}

function nameTokens(name: string, spaced: boolean, before: Token | undefined, after: string): Token[] {
  const lower = name.toLowerCase();
  if (lower === 'and' || lower === 'or') return [{ kind: 'sign', text: lower === 'or' ? 'or' : ',', spaced }];
  const followsValue = before?.kind === 'number' || before?.kind === 'word' || /^[)}\]]$/.test(before?.text ?? '');
  const isApplied = name in FUNCTIONS && /^\s*[({\\a-zA-Z^]/.test(after);
  if ((followsValue && isUnitWord(name) && !isApplied) || isWord(name)) return [{ kind: 'word', text: name, spaced }];
  return splitName(name).map((text, i) => ({ kind: 'name', text, spaced: spaced && i === 0 }));
}
