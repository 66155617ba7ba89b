import type { EngineInfo } from '../policy/types';
import { storedNames } from '../run/setting-schemas';
import { RUN_SETTINGS, type RunSettings } from '../run/settings';
import type { EvaluationHead } from './log';
import { type Problem, problemsDigest } from './problem-file';

/** What an evaluation is begun with. */
export interface EvaluationTask {
  readonly problems: readonly Problem[];
  /** `seed` is the evaluation's: every problem has its own, drawn from it. */
  readonly settings: RunSettings;
  readonly withGreedy: boolean;
}

/** The first line of the log of an evaluation that begins now. @param version of this program */
export function evaluationHead(
  { problems, settings, withGreedy }: EvaluationTask,
  { modelId, engine, device, quantization, promptDigest }: EngineInfo,
  adapter: string | null,
  version: string,
): EvaluationHead {
  return {
    format: 'sasc-lab evaluation',
    version: 1,
    model: modelId,
    adapter,
    quantization,
    engine,
    engineVersion: version,
    device,
    prompt: promptDigest,
    problemSet: problemsDigest(problems),
    withGreedy,
    settings: storedNames(RUN_SETTINGS, settings),
    startedAt: new Date().toISOString(),
  };
}
