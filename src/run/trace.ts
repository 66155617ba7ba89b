import { RunningStability } from '../method/stability';
import { concatBytes } from './formats/bytes';
import { allocateColumns, type ColumnArrays, TOKEN_COLUMN_NAMES, TOKEN_COLUMNS } from './columns';
import { FLAG_LENGTH, FLAG_STOPPED, type StepBatch, type TokenPiece } from './step-batch';

export type Finish = 'stop' | 'length' | 'aborted';

/** What is known of how likely a path's drawn tokens were where the tokens' own figures are not, in nats. */
interface DrawnFigures {
  /** Σ ln p of the drawn tokens. */
  readonly pathLogprob: number;
  /** Its largest slip, and the step of it. */
  readonly slip: number;
  readonly slipStep: number;
}

/** One path's tokens and their figures, by column. Arrays hold `capacity` tokens; only the first `length` are written. */
export interface PathTrace extends ColumnArrays<typeof TOKEN_COLUMNS> {
  /** Index among the paths it is shown with; a branch moves up when one before it is removed. */
  index: number;
  length: number;
  /** null while the path is still being written. */
  finish: Finish | null;
  /** Population standard deviation of the entropies so far, in nats; null before the first token. */
  stability: number | null;
  meanEntropy: number | null;
  /** The answer where it is known without the text (a run read from a link); undefined: the text says it. */
  answer: string | null | undefined;
  /** Of a run read from a link; undefined: the columns say it, or nobody knows. */
  drawn: DrawnFigures | undefined;
  /** Every path of a run does; a branch of one only when asked to. */
  votes: boolean;
}

/**
 * A run as it grows. Plain typed arrays with a version counter: readers re-read when `version` has changed; never wrap
 * this in a reactive proxy (65 ms against 1 ms to read 128 k numbers).
 */
export class RunTrace {
  version = 0;

  constructor(
    readonly pathCount: number,
    /** Most tokens a path can have. */
    readonly capacity: number,
    readonly paths: readonly PathTrace[] = Array.from({ length: pathCount }, (_, i) => emptyPath(i, capacity)),
    readonly pieces: Map<number, TokenPiece> = new Map(),
  ) {}

  /** The same run with the paths of others after its own. Nothing is copied: it grows as they grow. */
  joined(others: readonly RunTrace[]): RunTrace {
    const paths = [...this.paths, ...others.flatMap((other) => other.paths)];
    return new RunTrace(paths.length, this.capacity, paths, this.pieces);
  }

  /**
   * A trace of one path that wrote what `parent` wrote before `step`, and `token` there: the figures are the parent's, for
   * they do not depend on which token was then drawn.
   * @param logprob of `token`
   */
  branch(parent: PathTrace, step: number, token: number, logprob: number): RunTrace {
    const path = emptyPath(this.pathCount, this.capacity);
    const length = step + 1;
    for (const name of TOKEN_COLUMN_NAMES) {
      path[name].set(parent[name].subarray(0, length * TOKEN_COLUMNS[name].width));
    }
    path.tokens[step] = token;
    path.logprob[step] = logprob;
    path.length = length;
    path.votes = false;
    const running = new RunningStability();
    for (const entropy of path.entropy.subarray(0, length)) running.add(entropy);
    path.meanEntropy = running.mean;
    path.stability = running.stability;
    return new RunTrace(1, this.capacity, [path], this.pieces);
  }

  append(batch: StepBatch): void {
    for (const piece of batch.pieces) this.pieces.set(piece.id, piece);
    for (let row = 0; row < batch.rowCount; row++) this.appendRow(batch, row);
    this.version++;
  }

  /** Tokens of all paths together. */
  get tokenCount(): number {
    return this.paths.reduce((sum, { length }) => sum + length, 0);
  }

  /** Paths that have ended by themselves: not by Stop. */
  get finishedCount(): number {
    return this.paths.filter(({ finish }) => finish === 'stop' || finish === 'length').length;
  }

  /** Marks every path that is still running as aborted. */
  abortRunning(): void {
    for (const path of this.paths) path.finish ??= 'aborted';
    this.version++;
  }

  /** Text of a path (special tokens left out), or of its first `tokenCount` tokens. A character cut at the end is dropped. */
  text(path: PathTrace, tokenCount = path.length): string {
    const shown: Uint8Array[] = [];
    for (const id of path.tokens.subarray(0, tokenCount)) {
      const piece = this.pieces.get(id);
      if (piece !== undefined && !piece.special) shown.push(piece.bytes);
    }
    // One call for all tokens: a decoder that is called for each takes ten times as long.
    return new TextDecoder().decode(concatBytes(shown), { stream: true });
  }

  private appendRow(batch: StepBatch, row: number): void {
    const path = this.paths[batch.path[row] ?? -1];
    const step = batch.step[row] ?? -1;
    if (path === undefined || step < 0 || step >= this.capacity) {
      throw new RangeError(`Step ${step} of path ${batch.path[row]} is outside this run.`);
    }
    for (const name of TOKEN_COLUMN_NAMES) {
      const { width } = TOKEN_COLUMNS[name];
      path[name].set(batch[name].subarray(row * width, (row + 1) * width), step * width);
    }
    path.length = step + 1;
    path.meanEntropy = batch.runningMean[row] ?? null;
    path.stability = Math.sqrt(Math.max(0, batch.runningVariance[row] ?? 0));
    const flags = batch.flags[row] ?? 0;
    if (flags & FLAG_STOPPED) path.finish = 'stop';
    else if (flags & FLAG_LENGTH) path.finish = 'length';
  }
}

function emptyPath(index: number, capacity: number): PathTrace {
  return {
    index,
    length: 0,
    finish: null,
    stability: null,
    meanEntropy: null,
    answer: undefined,
    drawn: undefined,
    votes: true,
    ...allocateColumns(TOKEN_COLUMNS, capacity),
  };
}
