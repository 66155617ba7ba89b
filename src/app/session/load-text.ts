import type { LoadPhase } from '../../policy/types';
import { formatDuration, formatFixed, joinClauses } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import type { ShownLoadProgress } from './engine.svelte';

export function phaseName(phase: LoadPhase): string {
  switch (phase) {
    case 'device':
      return m.load_phase_device();
    case 'download':
      return m.load_phase_download();
    case 'weights':
      return m.load_phase_weights();
    case 'tokenizer':
      return m.load_phase_tokenizer();
    case 'pipelines':
      return m.load_phase_pipelines();
    case 'warm-up':
      return m.load_phase_warm_up();
  }
}

/** "compiling shaders, 12 of 24, about 3 s left" */
export function loadSentence(progress: ShownLoadProgress): string {
  const { phase, done, total, unit, remainingMs } = progress;
  const parts = [phaseName(phase)];
  if (total > 0) {
    const figures = unit === 'bytes' ? { done: megabytes(done), total: megabytes(total) } : { done, total };
    parts.push(unit === 'bytes' ? m.load_bytes(figures) : m.load_items(figures));
  }
  if (remainingMs !== null && remainingMs >= 500) parts.push(m.load_left({ time: formatDuration(remainingMs) }));
  return joinClauses(parts);
}

/** Decimal megabytes, as downloads are usually counted. */
function megabytes(bytes: number): string {
  return formatFixed(bytes / 1e6, bytes < 10e6 ? 2 : 0);
}
