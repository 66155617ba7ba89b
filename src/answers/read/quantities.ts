import { call, fraction, isConstant, number, operator, product, sum, symbol, withUnit, type Node } from '../ast';
import { rational } from '../numbers/rational';
import { ExpressionParser } from './expressions';
import { isUnitWord } from './lexicon';
import { measureFrom } from './measure';
import { Misunderstood } from './token-reader';
import { fractionInWords, numberInWords, plainWords } from './words';

export const MONEY = ['$', 'eur', 'gbp', 'yuan', 'inr'];
export const CONDITION = /^(?:if|when|for|where|whenever|provided|as)$/i;

/** Values with what stands behind them: units, words, a modulus; and words by themselves. */
export abstract class QuantityParser extends ExpressionParser {
  protected abstract list(): Node;

  /** A value and its unit, an amount of money, hours and minutes, or words. */
  protected quantity(): Node {
    if (this.peek()?.kind === 'word') return this.words();
    const money = this.takeOne(MONEY);
    const first = this.measured(this.sum());
    if (money !== undefined)
      return first.kind === 'unit' && first.unit === ''
        ? withUnit(first.items[0], money, first.words)
        : withUnit(first, money);
    const items = [first];
    while (items.at(-1)?.kind === 'unit' && this.peek()?.kind === 'number') items.push(this.lesserPart());
    return items.length === 1 ? first : sum(...items);
  }

  /** 30 min behind 1 h, 15' behind 30°. */
  private lesserPart(): Node {
    if (this.text(1) !== "'") return this.measured(this.sum());
    const value = this.atom();
    this.at++;
    return withUnit(value, this.take("'") ? 'arcsec' : 'arcmin');
  }

  private measured(value: Node): Node {
    const modulus = this.modulus();
    if (modulus !== null) return withUnit(value, `mod ${modulus}`);
    if (this.takeWord(/^choose$/i) !== null) return call('binomial', value, this.sum());
    if (this.takeWord(/^out of$/i) !== null || (this.takeWord(/^out$/i) !== null && this.takeWord(/^of$/i) !== null))
      return operator('out of', value, this.sum());
    const words = this.unitWords(value.kind === 'unit');
    const money = words.length === 0 ? this.takeOne(MONEY) : undefined;
    if (money !== undefined) return withUnit(value, money);
    if (words.length === 0) return value;
    if (!isConstant(value) && !words.some((word) => word.split(' ').some(isUnitWord))) throw new Misunderstood();
    // 30° C, 5% more: what stood directly behind the value comes first.
    const [bare, before] = value.kind === 'unit' ? [value.items[0], value.unit] : [value, ''];
    return asMeasured(bare, `${before} ${words.join(' ')}`.replace(/[{}]/g, ' '));
  }

  /** Words, with exponents and letters between them: m / s ^ 2; and in brackets: 7 (max). */
  private unitWords(followsUnit: boolean): readonly string[] {
    const isBracketed = this.text() === '(' && this.peek(1)?.kind === 'word' && this.text(2) === ')';
    if (isBracketed) this.at += 3;
    const words = isBracketed ? [this.text(-2)] : [];
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      const last = words.at(-1) ?? '';
      const isExponent =
        words.length > 0 && (/^[\^/{}°]$/.test(token.text) || (/[\^{-]$/.test(last) && /^(?:\d+|-)$/.test(token.text)));
      const isLetter = /^[a-zA-Z]$/.test(token.text) && (last === '/' || (followsUnit && words.length === 0));
      const isWord = token.kind === 'word' && !CONDITION.test(token.text) && !/^to$/i.test(token.text);
      if (!isWord && !isExponent && !(isLetter && token.kind === 'name')) break;
      words.push(token.text);
      this.at++;
    }
    return words;
  }

  private words(): Node {
    const words: string[] = [];
    for (let token = this.peek(); token !== undefined; token = this.peek()) {
      const isHyphen = token.text === '-' && this.peek(1)?.kind !== 'number';
      const isOther =
        token.kind !== 'word' && token.kind !== 'name' && token.kind !== 'number' && token.kind !== 'command';
      if ((isOther && !isHyphen && !/^[$'"]$/.test(token.text)) || token.text === 'begin') break;
      if (token.kind === 'number' && /\bexcept(?: for)?$/.test(words.join(' '))) break;
      const text = token.kind === 'command' ? `\\${token.text}` : token.text;
      words.push(token.spaced || token.kind === 'command' ? text : `${words.pop() ?? ''}${text}`);
      this.at++;
    }
    const text = plainWords(words.join(' '));
    if (/^(?:all )?(?:real numbers|reals|real) except(?: for)?$/.test(text)) {
      const excluded = this.list();
      const items = excluded.kind === 'list' ? excluded.items : [excluded];
      return operator('in words', { kind: 'without', items: [symbol('mathbb R'), { kind: 'set', items }] });
    }
    const value = numberInWords(text);
    if (value !== null) return number(value);
    const parts = fractionInWords(text);
    if (parts !== null) return fraction(rational(...parts));
    const [, count = '', rest = ''] = /^(\S+) (.+)$/.exec(text) ?? [];
    const counted = numberInWords(count);
    return counted === null ? { kind: 'text', text } : asMeasured(number(counted), rest);
  }
}

function asMeasured(value: Node, words: string): Node {
  const { scale, unit, words: others } = measureFrom(words);
  const scaled = scale === 1n ? value : product(value, number(scale));
  return unit === '' && others === '' ? scaled : withUnit(scaled, unit, others);
}
