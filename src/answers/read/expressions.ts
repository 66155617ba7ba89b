import { call, inverse, negative, number, operator, product, sum, type Node } from '../ast';
import { FactorParser } from './factors';
import { factorsOf, isDirected } from './names';
import { isPlainFraction, isProper, numeral } from './numerals';
import { Misunderstood } from './token-reader';

/** Sums, products and mixed numbers. */
export abstract class ExpressionParser extends FactorParser {
  protected sum(): Node {
    return this.within(() => {
      const items: Node[] = [];
      do items.push(this.signed(() => this.term()));
      while (/^(?:[-+]|pm|mp)$/.test(this.text()) && this.peek()?.kind === 'sign');
      const [first] = items;
      const node = items.length === 1 && first ? first : sum(...items);
      if (this.take('choose')) return call('binomial', node, this.sum());
      return this.take('over') ? product(node, inverse(this.sum())) : node;
    });
  }

  protected factor(): Node {
    return this.signed(() => this.powered());
  }

  private signed(read: () => Node): Node {
    let isNegative = false;
    for (;;) {
      if (this.take('-')) isNegative = !isNegative;
      else if (this.take('pm')) return call('pm', read());
      else if (this.take('mp')) return call('mp', read());
      else if (!this.take('+')) break;
    }
    const node = read();
    return isNegative ? negative(node) : node;
  }

  protected term(): Node {
    const items = [this.mixed()];
    for (let next = this.peek(); ; next = this.peek()) {
      if (next?.kind === 'infix') {
        this.at++;
        items.push(operator(next.text, factorsOf(items.splice(0)), this.powered()));
      } else if (this.take('bmod')) items.push(call('mod', factorsOf(items.splice(0)), this.powered()));
      else if (this.take('times')) items.push(crossed(items.pop() ?? number(1n), this.factor()));
      else if (this.take('*')) items.push(this.factor());
      else if (this.take('/')) items.push(inverse(this.factor()));
      else if (this.startsFactor()) {
        // Two numbers side by side are no product: "1 2" has no agreed meaning.
        if (next?.kind === 'number' && this.peek(-1)?.kind === 'number') throw new Misunderstood();
        // 30° 15': another part of the quantity.
        if (next?.kind === 'number' && this.text(-1) === '°') return factorsOf(items);
        items.push(this.powered());
      } else return factorsOf(items);
    }
  }

  /** 3\frac12 and 3 1/2 are sums; anything else is a factor. */
  private mixed(): Node {
    const [whole, next, slash, bottom] = this.tokens.slice(this.at, this.at + 4);
    if (whole?.kind !== 'number' || whole.text.includes('.')) return this.factor();
    if (next?.kind === 'name' && /^r$/i.test(next.text) && slash?.kind === 'number') {
      this.at += 3;
      return operator('remainder', numeral(whole.text), numeral(slash.text));
    }
    if (next?.kind === 'command' && next.text === 'frac') {
      this.at += 2;
      const parts = [this.argument(), this.argument()] as const;
      const value = product(parts[0], inverse(parts[1]));
      if (isPlainFraction(parts) && this.text() !== '^') return this.postfixed(sum(numeral(whole.text), value));
      return product(numeral(whole.text), this.postfixed(value));
    }
    if (next?.kind === 'number' && next.spaced && slash?.text === '/' && bottom?.kind === 'number') {
      if (!isProper(next.text, bottom.text)) throw new Misunderstood();
      this.at += 4;
      return sum(numeral(whole.text), product(numeral(next.text), inverse(numeral(bottom.text))));
    }
    return this.factor();
  }
}

/** Of vectors and of sets the order matters. */
const crossed = (a: Node, b: Node): Node => (isDirected(a) && isDirected(b) ? operator('times', a, b) : product(a, b));
