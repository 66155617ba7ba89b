import { call, type Node } from '../ast';
import type { Token } from './tokens';
import { Misunderstood } from './token-reader';

const MATRICES = new Set(['pmatrix', 'bmatrix', 'matrix', 'Bmatrix', 'array', 'smallmatrix', 'vmatrix']);
const SYSTEMS = new Set([
  'cases',
  'dcases',
  'rcases',
  'aligned',
  'align',
  'gathered',
  'gather',
  'alignedat',
  'split',
  'eqnarray',
  'numcases',
]);
const RELATION = /^(?:=|<|>|<=|>=|!=|in|approx)$/;

/** What an environment needs of the parser. */
interface Reader {
  readonly tokens: Token[];
  at(): number;
  moveTo(at: number): void;
  /** Reads the content of a cell. */
  cell(): Node;
  /** Passes over "if"; "otherwise" as a condition, where it stands there. */
  takeCondition(): Node | null;
}

/** \begin{…} … \end{…}: a matrix, a determinant, a system of equations, or pieces with their conditions. */
export function blockOf(reader: Reader): Node {
  const name = environment(reader);
  if (name === 'array' && textAt(reader, 0) === '{') skipGroup(reader);
  withoutAlignment(reader);
  const rows: Node[][] = [[]];
  let conditions = 0;
  while (!(reader.tokens[reader.at()]?.kind === 'command' && textAt(reader, 0) === 'end')) {
    const text = textAt(reader, 0);
    if (text === undefined) throw new Misunderstood();
    const row = rows.at(-1) ?? [];
    if (text === '\\\\') {
      rows.push([]);
      reader.moveTo(reader.at() + 1);
    } else if (text === '&' || text === ',') reader.moveTo(reader.at() + 1);
    else {
      const before = reader.at();
      const otherwise = row.length > 0 ? reader.takeCondition() : null;
      if (otherwise !== null || reader.at() > before) conditions++;
      row.push(otherwise ?? reader.cell());
    }
  }
  reader.moveTo(reader.at() + 1);
  if (environment(reader) !== name) throw new Misunderstood();
  return nodeOf(
    name,
    rows.filter((row) => row.length > 0),
    conditions,
  );
}

function nodeOf(name: string, rows: readonly Node[][], conditions: number): Node {
  const isStatement = ({ kind }: Node): boolean => kind === 'relation' || kind === 'piecewise';
  const cells = rows.flat();
  const isSystem = SYSTEMS.has(name);
  const arePieces =
    rows.every((row) => row.length === 2) && (conditions > 0 || rows.some((row) => row[1] && isStatement(row[1])));
  if (arePieces && (isSystem || name === 'array') && !rows.every((row) => row[0] && row[0].kind === 'relation')) {
    return { kind: 'piecewise', items: cells };
  }
  if (cells.every(({ kind }) => kind === 'piecewise'))
    return { kind: 'piecewise', items: cells.flatMap((cell) => ('items' in cell ? cell.items : [])) };
  if (isSystem || cells.some(({ kind }) => kind === 'relation')) {
    const items = cells.flatMap((cell) => (cell.kind === 'list' && cell.joined !== 'or' ? cell.items : [cell]));
    const [only] = items;
    return items.length === 1 && only ? only : { kind: 'list', items };
  }
  const columns = rows[0]?.length ?? 0;
  if (columns === 0 || rows.some((row) => row.length !== columns)) throw new Misunderstood();
  const matrix: Node = { kind: 'matrix', columns, items: cells };
  return name === 'vmatrix' ? call('det', matrix) : matrix;
}

const textAt = (reader: Reader, ahead: number): string | undefined => reader.tokens[reader.at() + ahead]?.text;

/** The & at a relation sign only aligns lines. */
function withoutAlignment({ tokens, at }: Reader): void {
  let depth = 0;
  for (let i = at(); i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind === 'command' && token.text === 'begin') depth++;
    if (token?.kind === 'command' && token.text === 'end' && depth-- === 0) return;
    const isAtRelation = [tokens[i - 1], tokens[i + 1]].some((one) => one?.kind === 'sign' && RELATION.test(one.text));
    if (depth === 0 && token?.text === '&' && isAtRelation) tokens.splice(i--, 1);
  }
}

function environment(reader: Reader): string {
  if (textAt(reader, 0) !== '{') throw new Misunderstood();
  let name = '';
  let at = reader.at() + 1;
  for (; reader.tokens[at] !== undefined && reader.tokens[at]?.text !== '}'; at++) {
    if (reader.tokens[at]?.text !== '*') name += reader.tokens[at]?.text ?? '';
  }
  if (!(MATRICES.has(name) || SYSTEMS.has(name))) throw new Misunderstood();
  reader.moveTo(at + 1);
  return name;
}

function skipGroup(reader: Reader): void {
  let depth = 0;
  do {
    const text = textAt(reader, 0);
    if (text === undefined) throw new Misunderstood();
    depth += text === '{' ? 1 : text === '}' ? -1 : 0;
    reader.moveTo(reader.at() + 1);
  } while (depth > 0);
}
