import { call, type Node } from '../ast';
import { CONDITION, QuantityParser } from './quantities';
import { Misunderstood } from './token-reader';

const MATRIX = /^(?:[pbBv]|small)?matrix$|^array$/;
const SYSTEM = /^(?:[dr]|num)?cases$|^align(?:ed|edat)?$|^gather(?:ed)?$|^split$|^eqnarray$/;
const RELATION = /^(?:[=<>]|[<>!]=|in|approx)$/;
const OTHERWISE = /^(?:otherwise|else|if otherwise|for other|in other cases)$/i;

/** \begin{…} … \end{…}: a matrix, a determinant, a system of equations, or pieces with their conditions. */
export abstract class BlockParser extends QuantityParser {
  protected block(): Node {
    const name = this.group().replace('*', '');
    if (name === 'array' && this.text() === '{') this.group();
    this.withoutAlignment();
    const rows: Node[][] = [[]];
    let conditions = 0;
    while (!this.take('end')) {
      const row = rows.at(-1) ?? [];
      if (this.take('\\\\')) rows.push([]);
      else if (this.text() === '&' || this.text() === ',') this.at++;
      else {
        const start = this.at;
        const otherwise = row.length > 0 ? this.condition() : null;
        if (this.at > start) conditions++;
        row.push(otherwise ?? this.list());
      }
    }
    if (this.group().replace('*', '') !== name) throw new Misunderstood();
    return blockNode(
      name,
      rows.filter((row) => row.length > 0),
      conditions > 0,
    );
  }

  /** Passes over "if"; "otherwise" as a condition, where it stands there. */
  protected condition(): Node | null {
    if (this.takeWord(OTHERWISE) !== null) return { kind: 'text', text: 'otherwise' };
    this.takeWord(CONDITION);
    return null;
  }

  /** The & at a relation sign only aligns lines. */
  private withoutAlignment(): void {
    let depth = 0;
    for (let i = this.at; i < this.tokens.length && depth >= 0; i++) {
      const [before, { text } = { text: '' }, after] = [this.tokens[i - 1], this.tokens[i], this.tokens[i + 1]];
      depth += text === 'begin' ? 1 : text === 'end' ? -1 : 0;
      const isAtRelation = [before, after].some((one) => one?.kind === 'sign' && RELATION.test(one.text));
      if (depth === 0 && text === '&' && isAtRelation) this.tokens.splice(i--, 1);
    }
  }
}

function blockNode(name: string, rows: readonly Node[][], hasConditions: boolean): Node {
  const isSystem = SYSTEM.test(name);
  const cells = rows.flat();
  const isStatement = ({ kind }: Node): boolean => kind === 'relation' || kind === 'piecewise';
  const arePieces =
    rows.every((row) => row.length === 2) && (hasConditions || rows.some((row) => row[1] && isStatement(row[1])));
  if (arePieces && (isSystem || name === 'array') && !rows.every((row) => row[0]?.kind === 'relation'))
    return { kind: 'piecewise', items: cells };
  if (cells.every(({ kind }) => kind === 'piecewise'))
    return { kind: 'piecewise', items: cells.flatMap((cell) => ('items' in cell ? cell.items : [])) };
  if (isSystem || cells.some(({ kind }) => kind === 'relation')) {
    const items = cells.flatMap((cell) => (cell.kind === 'list' && cell.joined !== 'or' ? cell.items : [cell]));
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'list', items };
  }
  const columns = rows[0]?.length ?? 0;
  if (!MATRIX.test(name) || columns === 0 || rows.some((row) => row.length !== columns)) throw new Misunderstood();
  const matrix: Node = { kind: 'matrix', columns, items: cells };
  return name === 'vmatrix' ? call('det', matrix) : matrix;
}
