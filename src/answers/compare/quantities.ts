import { fraction, isConstant, product, withUnit, type Node } from '../ast';
import { exactValue } from '../numbers/exact';
import { rational } from '../numbers/rational';
import { LETTER_UNITS, measureOf, unitNamed, unitText } from '../read/units';
import { changesMeaning, contradict } from '../read/words';
import type { Judge } from './judge';

interface Quantity {
  readonly value: Node;
  readonly unit: string;
  readonly words: string;
}

/** What may be left out even of a vote's answers: the sign of degrees, and of dollars. */
const SILENT = new Set(['°', '$']);

/** Units that only say what was counted, as words do. */
const COUNTED = /^(?:people|unit)$/;

const quantityOf = (node: Node): Quantity =>
  node.kind === 'unit'
    ? { value: node.items[0], unit: node.unit, words: node.words }
    : { value: node, unit: '', words: '' };

/** Values with units, or words behind them. */
export function sameQuantities(a: Node, b: Node, { isLenient, isOutermost, equal }: Judge): boolean {
  const [x, y] = [quantityOf(a), quantityOf(b)];
  if (!sameWords(x, y, isLenient)) return false;
  // Of several things the words tell which is which: 4 cats, 9 dogs.
  if (!isOutermost && x.words !== y.words && x.words !== '' && y.words !== '') return false;
  if (x.unit === y.unit) return equal(x.value, y.value);
  if (x.unit !== '' && y.unit !== '') return converted(x, y, isLenient, equal);
  const unit = x.unit + y.unit;
  if (!isLenient && !SILENT.has(unit)) return false;
  if (equal(x.value, y.value)) return true;
  return unit === '%' && equal(part(x), part(y));
}

/** 1.5 m, of which m is read as an unknown, where the other side has a unit. */
export function lettersAsUnit(node: Node): Node {
  if (node.kind !== 'product') return node;
  const powers = new Map<string, number>();
  const values: Node[] = [];
  for (const item of node.items) {
    let [base, power] = [item, 1];
    while (base.kind === 'power') {
      power *= Number(exactValue(base.items[1])?.top ?? 0n);
      base = base.items[0];
    }
    if (base.kind === 'symbol' && LETTER_UNITS.has(base.name) && Math.abs(power) < 5 && power !== 0) {
      const name = unitNamed(base.name)?.name;
      if (name === undefined) return node;
      powers.set(name, (powers.get(name) ?? 0) + power);
    } else if (isConstant(item)) values.push(item);
    else return node;
  }
  return powers.size === 0 || values.length === 0 ? node : withUnit(product(...values), unitText(powers));
}

function sameWords(x: Quantity, y: Quantity, isLenient: boolean): boolean {
  if (x.words === y.words) return true;
  if (!isLenient || contradict(`${x.words} ${x.unit}`, `${y.words} ${y.unit}`)) return false;
  // 20 % off is not 20 % tax; 17 apples may be 17 pieces.
  if (x.words !== '' && y.words !== '' && (x.unit === '%' || y.unit === '%')) return false;
  // 3 hours are not 3 workers.
  if (
    x.unit !== y.unit &&
    [x, y].every(({ unit, words }) => words !== '' || !(unit === '' || SILENT.has(unit) || COUNTED.test(unit)))
  )
    return false;
  return !changesMeaning(x.words) && !changesMeaning(y.words);
}

function converted(x: Quantity, y: Quantity, isLenient: boolean, equal: (x: Node, y: Node) => boolean): boolean {
  const [p, q] = [measureOf(x.unit), measureOf(y.unit)];
  if (p === null || q === null)
    return isLenient && !/^mod /.test(x.unit + y.unit) && p === q && equal(x.value, y.value);
  return (
    p.dimension === q.dimension && equal(product(x.value, fraction(p.factor)), product(y.value, fraction(q.factor)))
  );
}

const part = ({ value, unit }: Quantity): Node => (unit === '%' ? product(value, fraction(rational(1n, 100n))) : value);
