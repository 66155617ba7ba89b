import type { Node } from '../ast';
import type { Budget } from '../numbers/budget';

/** What the comparison of one kind needs of the comparison of all. */
export interface Judge {
  readonly isLenient: boolean;
  readonly budget: Budget;
  /** Whether the two answers themselves are compared, not something in them. */
  readonly isOutermost: boolean;
  readonly equal: (a: Node, b: Node) => boolean;
  /** Whether `a` and `b` are as long, and equal one by one. */
  inOrder(a: readonly Node[], b: readonly Node[]): boolean;
  /** Whether they are equal in some order. */
  anyOrder<Item extends Node>(a: readonly Item[], b: readonly Item[], same?: (p: Item, q: Item) => boolean): boolean;
}
