/** One term of a sum: a sign, and factors that are multiplied or divided by. */
export interface Term {
  readonly sign: 1 | -1;
  readonly factors: readonly Factor[];
}

export interface Factor {
  /** A whole number, the variable (any one letter), or a bracket. */
  readonly of: number | 'x' | readonly Term[];
  readonly isDivided: boolean;
}

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  /** The one letter that the expression may use; '': none yet. */
  letter: string;
}

/**
 * A sum of products as terms; null: it is something else, has two variables, decimals, powers, or brackets that do not match.
 * A bare factor that follows a number, a bracket or the variable is multiplied: 3x, 2(x+1).
 */
export function parseSum(text: string): readonly Term[] | null {
  const tokens = text.match(/\d+(?:\.\d+)?|[a-z]|[-+*/()]|\S/g);
  if (tokens === null) return null;
  const cursor: Cursor = { tokens, at: 0, letter: '' };
  const terms = sum(cursor);
  return cursor.at === tokens.length ? terms : null;
}

function sum(cursor: Cursor): readonly Term[] | null {
  const terms: Term[] = [];
  for (;;) {
    const sign = takeSign(cursor, terms.length === 0);
    if (sign === null) return terms.length === 0 ? null : terms;
    const factors = product(cursor);
    if (factors === null) return null;
    terms.push({ sign, factors });
  }
}

/** null: no further term. */
function takeSign(cursor: Cursor, isFirst: boolean): 1 | -1 | null {
  const token = cursor.tokens[cursor.at];
  if (token === '+' || token === '-') {
    cursor.at++;
    return token === '-' ? -1 : 1;
  }
  return isFirst ? 1 : null;
}

function product(cursor: Cursor): readonly Factor[] | null {
  const factors: Factor[] = [];
  let isDivided = false;
  for (;;) {
    const of = factor(cursor);
    if (of === null) return null;
    factors.push({ of, isDivided });
    const next = cursor.tokens[cursor.at];
    isDivided = next === '/';
    if (next === '*' || next === '/') cursor.at++;
    // 2 3 is no product, and x2 is no usual one.
    else if (next === undefined || !/[a-z(]/.test(next)) return factors;
  }
}

function factor(cursor: Cursor): Factor['of'] | null {
  const token = cursor.tokens[cursor.at++];
  if (token === undefined) return null;
  if (/^\d+$/.test(token)) return Number(token);
  if (/^[a-z]$/.test(token)) {
    if (cursor.letter !== '' && cursor.letter !== token) return null;
    cursor.letter = token;
    return 'x';
  }
  if (token !== '(') return null;
  const inner = sum(cursor);
  if (cursor.tokens[cursor.at++] !== ')' || inner === null) return null;
  const [term, more] = inner;
  const [only, other] = term?.factors ?? [];
  // A bracket round one number or letter says nothing.
  const isBare = more === undefined && other === undefined && term?.sign === 1 && typeof only?.of !== 'object';
  return isBare && only !== undefined ? only.of : inner;
}

/** Words for + − × ÷ as signs; what is said with words is read as what is written with signs. */
export function withSigns(text: string): string {
  return text
    .replace(/\b(?:plus)\b|加上?/g, '+')
    .replace(/\bminus\b|\btake away\b|减去?/g, '-')
    .replace(/\b(?:times|multiplied by)\b|乘以?/g, '*')
    .replace(/\bdivided by\b|除以/g, '/')
    .replace(/(\d|\)) x (?=\d|\()/g, '$1*');
}
