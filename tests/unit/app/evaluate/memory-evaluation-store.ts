import type { EvaluationStore, StoredEvaluation } from '../../../../src/app/evaluate/evaluation-store';
import { readLog } from '../../../../src/evaluate/log';

/** A browser's store that outlives the page. */
export class MemoryEvaluationStore implements EvaluationStore {
  readonly kept: StoredEvaluation[] = [];
  readonly lines = new Map<string, string[]>();
  /** false: the disk is full. */
  accepts = true;

  list = async (): Promise<StoredEvaluation[]> => this.kept.toReversed();
  readLog: EvaluationStore['readLog'] = async (id) => {
    const lines = this.lines.get(id) ?? [];
    const log = readLog(lines.join(''), id);
    return log === null ? null : { log, lines: [...lines] };
  };
  begin = async (evaluation: StoredEvaluation): Promise<boolean> => {
    if (this.accepts) this.kept.push(evaluation);
    return this.accepts;
  };
  append = async (id: string, index: number, line: string): Promise<boolean> => {
    if (!this.accepts) return false;
    const lines = this.lines.get(id) ?? [];
    lines[index] = line;
    this.lines.set(id, lines);
    return true;
  };
  remove = async (id: string): Promise<void> => {
    this.lines.delete(id);
    this.kept.splice(
      this.kept.findIndex((one) => one.id === id),
      1,
    );
  };
}
