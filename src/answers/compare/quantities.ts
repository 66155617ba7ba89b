import { fraction, product, type Node } from '../ast';
import { rational } from '../numbers/rational';
import { measureOf } from '../read/units';
import { changesMeaning, contradict } from '../read/words';

interface Quantity {
  readonly value: Node;
  readonly unit: string;
  readonly words: string;
}

/** What may be left out even of a vote's answers: the sign of degrees, and of dollars. */
const SILENT = new Set(['°', '$']);

const quantityOf = (node: Node): Quantity =>
  node.kind === 'unit'
    ? { value: node.items[0], unit: node.unit, words: node.words }
    : { value: node, unit: '', words: '' };

/** Values with units, or words behind them. */
export function sameQuantities(a: Node, b: Node, isLenient: boolean, equal: (x: Node, y: Node) => boolean): boolean {
  const [x, y] = [quantityOf(a), quantityOf(b)];
  if (!sameWords(x, y, isLenient)) return false;
  if (x.unit === y.unit) return equal(x.value, y.value);
  if (x.unit !== '' && y.unit !== '') return converted(x, y, isLenient, equal);
  const unit = x.unit + y.unit;
  if (!isLenient && !SILENT.has(unit)) return false;
  if (equal(x.value, y.value)) return true;
  return unit === '%' && equal(part(x), part(y));
}

function sameWords(x: Quantity, y: Quantity, isLenient: boolean): boolean {
  if (x.words === y.words) return true;
  if (!isLenient || contradict(x.words, y.words)) return false;
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
