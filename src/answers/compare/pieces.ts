import { children, type Node } from '../ast';
import type { Judge } from './judge';
import { differenceOf, EVERYTHING, sameSets, type RealSet } from './real-set';
import { solutionsOf } from './solutions';

interface Piece {
  readonly value: Node;
  /** null: otherwise. */
  readonly condition: Node | null;
}

/** Pieces in any order; "otherwise" is what the others leave. */
export function samePieces(a: Node, b: Node, judge: Judge): boolean {
  const [left, right] = [piecesOf(a), piecesOf(b)];
  const setOf = ({ condition }: Piece, all: readonly Piece[]): RealSet | null => {
    if (condition !== null) return solutionsOf(condition, judge.budget)?.set ?? null;
    const stated = all.filter((piece) => piece.condition !== null).map((piece) => setOf(piece, all));
    return stated.reduce((rest, set) => rest && set && differenceOf(rest, set), EVERYTHING);
  };
  const sameConditions = (p: Piece, q: Piece): boolean => {
    if (p.condition && q.condition) return judge.equal(p.condition, q.condition);
    const [set, other] = [setOf(p, left), setOf(q, right)];
    return p.condition === q.condition || (set !== null && other !== null && sameSets(set, other, judge.equal));
  };
  const others = [...right];
  return (
    left.length === right.length &&
    left.every((piece) => {
      const match = others.findIndex((other) => judge.equal(piece.value, other.value) && sameConditions(piece, other));
      return match !== -1 && others.splice(match, 1);
    })
  );
}

function piecesOf(node: Node): readonly Piece[] {
  const items = children(node);
  return items.flatMap((value, i): Piece[] => {
    const condition = items[i + 1];
    if (i % 2 === 1 || condition === undefined) return [];
    return [{ value, condition: condition.kind === 'text' && condition.text === 'otherwise' ? null : condition }];
  });
}
