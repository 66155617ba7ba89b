import { fraction, type Node, type NumberNode } from '../ast';
import { decimal, repeatingDecimal } from '../numbers/rational';

/** Before the digits of a decimal that are repeated. */
export const REPEATED = '\ue008';

/** A number as written; a decimal remembers how many digits it gave. */
export function numeral(text: string): NumberNode {
  const [digitsBefore = '', repeated] = text.split(REPEATED);
  if (repeated !== undefined) return fraction(repeatingDecimal(digitsBefore, repeated));
  const value = decimal(text);
  const places = text.split('.')[1]?.length ?? 0;
  if (places === 0) return { kind: 'number', value };
  const digits = text.replace('.', '').replace(/^0+/, '').length;
  return { kind: 'number', value, digits, places };
}

/** "0.1666" with dots behind it: what is repeated goes on, if anything is. */
export function continuedNumber(text: string): Node {
  for (let period = 1; period <= 6; period++) {
    const block = text.slice(-period);
    const times = period === 1 ? 3 : 2;
    const start = text.length - times * period;
    if (start > text.indexOf('.') && text.slice(start) === block.repeat(times))
      return fraction(repeatingDecimal(text, block));
  }
  return numeral(text);
}

/** Whether top/bottom is what stands behind a whole number in a mixed one. */
export const isProper = (top: string, bottom: string): boolean =>
  /^\d+$/.test(top) && /^\d+$/.test(bottom) && BigInt(top) < BigInt(bottom);

export function isPlainFraction([top, bottom]: readonly [Node, Node]): boolean {
  const isCount = (node: Node): node is NumberNode =>
    node.kind === 'number' && node.value.bottom === 1n && node.value.top > 0n;
  return isCount(top) && isCount(bottom) && top.value.top < bottom.value.top;
}

/** 52_8; null where the index is no base in which the digits make sense. */
export function basedNumber(digits: Node, base: Node): Node | null {
  if (digits.kind !== 'number' || base.kind !== 'number' || digits.value.bottom !== 1n) return null;
  const radix = base.value.top;
  if (base.value.bottom !== 1n || radix < 2n || radix > 36n) return null;
  let value = 0n;
  for (const digit of digits.value.top.toString()) {
    if (BigInt(digit) >= radix) return null;
    value = value * radix + BigInt(digit);
  }
  return { kind: 'based', value };
}

/** The name of an index or of what stands under an arrow: x_1, S_{ABC}, \vec{v}; null for anything larger. */
export function labelOf(node: Node): string | null {
  if (node.kind === 'symbol') return node.name;
  if (node.kind === 'text') return node.text;
  if (node.kind === 'number') return `${node.value.top}${node.value.bottom === 1n ? '' : `/${node.value.bottom}`}`;
  if (node.kind !== 'product' && node.kind !== 'sum' && node.kind !== 'set') return null;
  const labels = node.items.map(labelOf);
  return labels.includes(null) ? null : labels.join(node.kind === 'product' ? '' : '+');
}
