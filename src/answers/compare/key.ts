import { negative, type Node } from '../ast';
import { exactValue } from '../numbers/exact';
import { added, multiplied, rational, type Rational } from '../numbers/rational';

const known = new WeakMap<Node, string>();

/**
 * Text that two nodes share only if they mean the same: sums, products and sets without order, constants worked out. The
 * converse does not hold.
 */
export function keyOf(node: Node): string {
  const before = known.get(node);
  if (before !== undefined) return before;
  const key = written(node);
  known.set(node, key);
  return key;
}

const numberKey = ({ top, bottom }: Rational): string => `${top}/${bottom}`;

function written(node: Node): string {
  const value = exactValue(node);
  if (value !== null) return numberKey(value);
  switch (node.kind) {
    case 'number':
      return numberKey(node.value);
    case 'symbol':
      return node.name.length === 1 ? node.name : `\\${node.name} `;
    case 'text':
      return `"${node.text}"`;
    case 'based':
      return `based ${node.value}`;
    case 'sum':
      return sumKey(node.items);
    case 'product':
      return productKey(node.items);
    case 'set':
    case 'union':
    case 'intersection':
      return `${node.kind}{${node.items.map(keyOf).sort().join(',')}}`;
    case 'list':
      return `list{${node.items.map(keyOf).sort().join(',')}}${node.joined ?? ''}`;
    case 'relation':
      return node.items.map((item, i) => keyOf(item) + (node.signs[i] ?? '')).join('');
    case 'group':
      return `${node.open}${node.items.map(keyOf).join(',')}${node.close}`;
    case 'unit':
      return `unit(${keyOf(node.items[0])},${node.unit},${node.words})`;
    case 'operator':
      return `${node.name}[${node.items.map(keyOf).join(',')}]`;
    case 'builder':
      return `${node.isSet ? 'all' : 'family'}[${node.items.map(keyOf).join('|')}]`;
    case 'date':
      return `date ${node.text}`;
    case 'matrix':
      return `matrix${node.columns}(${node.items.map(keyOf).join(',')})`;
    case 'call':
      return `${node.name}(${node.items.map(keyOf).join(',')})`;
    default:
      return `${node.kind}(${node.items.map(keyOf).join(',')})`;
  }
}

/** Sums within sums are one; the numbers among the terms are added up. */
function sumKey(items: readonly Node[]): string {
  let constant = rational(0n);
  const terms: string[] = [];
  const take = (item: Node): void => {
    const value = exactValue(item);
    if (value !== null) constant = added(constant, value);
    else if (item.kind === 'sum') item.items.forEach(take);
    else terms.push(keyOf(distributed(item)));
  };
  items.forEach(take);
  if (constant.top !== 0n) terms.push(numberKey(constant));
  return terms.length === 1 && constant.top === 0n ? (terms[0] ?? '') : `(${terms.sort().join('+')})`;
}

/** −(a + b) is −a − b, so that the order in which signs were taken does not matter. */
function distributed(node: Node): Node {
  if (node.kind !== 'product' || node.items.length !== 2) return node;
  const [sign, inner] = node.items;
  const isMinus = sign?.kind === 'number' && sign.value.top === -1n && sign.value.bottom === 1n;
  return isMinus && inner?.kind === 'sum' ? { kind: 'sum', items: inner.items.map(negative) } : node;
}

function productKey(items: readonly Node[]): string {
  let coefficient = rational(1n);
  const factors: string[] = [];
  const take = (item: Node): void => {
    const value = exactValue(item);
    if (value !== null) coefficient = multiplied(coefficient, value);
    else if (item.kind === 'product') item.items.forEach(take);
    else factors.push(keyOf(item));
  };
  items.forEach(take);
  if (coefficient.top === 1n && coefficient.bottom === 1n) {
    return factors.length === 1 ? (factors[0] ?? '') : `(${factors.sort().join('*')})`;
  }
  return `(${[numberKey(coefficient), ...factors.sort()].join('*')})`;
}
