import type { LoadProgress } from '../policy/types';
import type { InitProgressReport } from './library';

/** WebLLM reports its progress as text; its shader phase counts as "[12/87]". */
const SHADERS = /shader modules.*?\[(\d+)\/(\d+)\]/i;

/** A report of WebLLM as a phase of ours. `weightBytes`: of the whole model. */
export function progressOf({ progress, text }: InitProgressReport, weightBytes: number): LoadProgress {
  const shaders = SHADERS.exec(text);
  if (shaders !== null) {
    return { phase: 'pipelines', done: Number(shaders[1]), total: Number(shaders[2]), unit: 'items' };
  }
  return { phase: 'weights', done: Math.round(progress * weightBytes), total: weightBytes, unit: 'bytes' };
}
