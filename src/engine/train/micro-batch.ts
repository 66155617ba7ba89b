import type { TrainGroup } from '../../policy/training';

/** u32 a row of `spans`, as shaders/spans.wgsl names them, and of `picks`, as gather_rows does. */
const SPAN_WORDS = 4;
const PICK_WORDS = 4;

/**
 * Rows that go through the model together: a prompt's tokens, then those of some of its paths one after another, but
 * without each path's last token, since no token follows it. The prompt is computed once for all paths.
 */
export interface MicroBatch {
  /** Number of its first path in the group; the others follow it. */
  readonly firstPath: number;
  /** Number of tokens of each of its paths, without the prompt. */
  readonly pathLengths: readonly number[];
  readonly rows: number;
  /** [rows] */
  readonly tokens: Uint32Array<ArrayBuffer>;
  /** [rows, 4] own path's first row, row after the last that sees this one, prompt rows seen, position. */
  readonly spans: Uint32Array<ArrayBuffer>;
  /** Positions of its longest path, prompt included. */
  readonly positions: number;
  /** Number of path tokens; each is predicted by the row before it. */
  readonly pickCount: number;
  /** [pickCount, 4] source row, target id, bits of d loss / d ln p, 0; in the order of the paths. */
  readonly picks: Uint32Array<ArrayBuffer>;
}

/**
 * Splits a group into micro-batches of at most `rowBudget` rows and at least one path each.
 * @param coefficients d loss / d ln p of each path's tokens; null: 0.
 */
export function microBatches(
  group: TrainGroup,
  coefficients: readonly Float32Array[] | null,
  rowBudget: number,
): MicroBatch[] {
  const promptRows = group.promptIds.length;
  const batches: MicroBatch[] = [];
  let first = 0;
  let rows = promptRows;
  group.paths.forEach((path, i) => {
    if (i > first && rows + path.length - 1 > rowBudget) {
      batches.push(packed(group, coefficients, first, i));
      first = i;
      rows = promptRows;
    }
    rows += Math.max(0, path.length - 1);
  });
  if (first < group.paths.length) batches.push(packed(group, coefficients, first, group.paths.length));
  return batches;
}

function packed(
  { promptIds, paths }: TrainGroup,
  coefficients: readonly Float32Array[] | null,
  first: number,
  end: number,
): MicroBatch {
  const prompt = promptIds.length;
  const chosen = paths.slice(first, end);
  const rows = chosen.reduce((sum, path) => sum + Math.max(0, path.length - 1), prompt);
  const pickCount = chosen.reduce((sum, path) => sum + path.length, 0);
  const spans = new Uint32Array(rows * SPAN_WORDS);
  const picks = new Uint32Array(pickCount * PICK_WORDS);
  const coefficientBits = new Float32Array(picks.buffer);
  const tokens = new Uint32Array(rows);
  tokens.set(promptIds);
  promptIds.forEach((_, t) => spans.set([0, rows, 0, t], t * SPAN_WORDS));
  let row = prompt;
  let pick = 0;
  chosen.forEach((path, i) => {
    const start = row;
    path.forEach((id, j) => {
      picks.set([j === 0 ? prompt - 1 : start + j - 1, id], pick * PICK_WORDS);
      coefficientBits[pick * PICK_WORDS + 2] = coefficients?.[first + i]?.[j] ?? 0;
      pick++;
      if (j === path.length - 1) return;
      tokens[row] = id;
      spans.set([start, start + path.length - 1, prompt, prompt + j], row * SPAN_WORDS);
      row++;
    });
  });
  const longest = chosen.reduce((most, path) => Math.max(most, path.length - 1), 0);
  return {
    firstPath: first,
    pathLengths: chosen.map((path) => path.length),
    rows,
    tokens,
    spans,
    positions: prompt + longest,
    pickCount,
    picks,
  };
}

/** Whether any of the picks from `first` to `end` − 1 has a gradient. */
export function hasGradient({ picks }: MicroBatch, first: number, end: number): boolean {
  const coefficients = new Float32Array(picks.buffer);
  for (let pick = first; pick < end; pick++) if (coefficients[pick * PICK_WORDS + 2] !== 0) return true;
  return false;
}
