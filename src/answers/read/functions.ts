import { call, fraction, inverse, negative, nodeCount, number, power, product, sum, symbol, type Node } from '../ast';
import { rational } from '../numbers/rational';

/** Functions, as they may be spelled, and the name they go by: the first of those between commas. */
export const FUNCTIONS: ReadonlyMap<string, string> = new Map(
  `sin cos tan,tg cot,ctg sec csc sinh cosh tanh sech csch coth arcsin,asin arccos,acos arctan,atan,arctg arccot arcsec arccsc ln
log,lg exp abs floor ceil gcd lcm max min det sgn,sign cis cbrt binomial,nCr arrangements,nPr arsinh arcosh`
    .split(/\s/)
    .flatMap((entry) => entry.split(',').map((name, _, names): [string, string] => [name, names[0] ?? name])),
);

const E = symbol('e');
const over = (a: Node, b: Node): Node => product(a, inverse(b));
const half = (node: Node): Node => over(node, number(2n));
const root = (node: Node, degree: bigint): Node => power(node, fraction(rational(1n, degree)));
const sin = (x: Node): Node => call('sin', x);
const cos = (x: Node): Node => call('cos', x);
const sinh = (x: Node): Node => half(sum(power(E, x), negative(power(E, negative(x)))));
const cosh = (x: Node): Node => half(sum(power(E, x), power(E, negative(x))));
const arccos = (x: Node): Node => sum(half(symbol('pi')), negative(call('arcsin', x)));
const area = (x: Node, shift: bigint): Node => call('ln', sum(x, root(sum(product(x, x), number(shift)), 2n)));

/** Functions that others make up: evaluation knows sin, cos, arcsin, arctan, ln, powers, |·|, ⌊·⌋ and max only. */
const MADE_UP: Readonly<Record<string, (x: Node) => Node>> = {
  tan: (x) => over(sin(x), cos(x)),
  cot: (x) => over(cos(x), sin(x)),
  sec: (x) => inverse(cos(x)),
  csc: (x) => inverse(sin(x)),
  sinh,
  cosh,
  tanh: (x) => over(sinh(x), cosh(x)),
  coth: (x) => over(cosh(x), sinh(x)),
  sech: (x) => inverse(cosh(x)),
  csch: (x) => inverse(sinh(x)),
  arccos,
  arccot: (x) => call('arctan', inverse(x)),
  arcsec: (x) => arccos(inverse(x)),
  arccsc: (x) => call('arcsin', inverse(x)),
  arsinh: (x) => area(x, 1n),
  arcosh: (x) => area(x, -1n),
  log: (x) => over(call('ln', x), call('ln', number(10n))),
  exp: (x) => power(E, x),
  cbrt: (x) => root(x, 3n),
  cis: (x) => sum(cos(x), product(symbol('i'), sin(x))),
  sgn: (x) => over(x, call('abs', x)),
  ceil: (x) => negative(call('floor', negative(x))),
};

/** Some repeat their argument, so that functions of functions of … would become endless. */
const MAX_NODES = 300;

/** A function of `FUNCTIONS` at its arguments. */
export function applied(name: string, ...items: readonly Node[]): Node {
  const [x] = items;
  if (name === 'min') return negative(call('max', ...items.map(negative)));
  const made = Object.hasOwn(MADE_UP, name) ? MADE_UP[name] : undefined;
  return made && x && items.length === 1 && nodeCount(x, MAX_NODES) < MAX_NODES ? made(x) : call(name, ...items);
}
