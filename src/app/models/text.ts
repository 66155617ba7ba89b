import type { DownloadFailure } from '../../../workers/download-protocol';
import { formatBytes, formatDuration, formatFixed, joinClauses } from '../../i18n/format';
import {
  type AdapterFacts,
  type CatalogModel,
  type Obstacle,
  batchGpuBytes,
  largestBindingBytes,
} from '../../model/catalog';
import type { NoteCode } from '../../model/notes';
import { m } from '../../paraglide/messages.js';
import type { ModelJob } from './models.svelte';

export function aboutModel({ target, isOwn, shape }: CatalogModel): string {
  if (target === null) return m.models_about_embedded();
  if (isOwn) return m.models_about_own();
  if (target.origin.kind === 'checkpoint') return m.models_about_base();
  return m.models_about_instruct({ type: shape.quantization === 'q4f16_1' ? 'f16' : 'f32' });
}

export function noteText(code: NoteCode): string {
  switch (code) {
    case 'stale-index':
      return m.models_note_stale_index();
    case 'rope-twice':
      return m.models_note_rope_twice();
    case 'no-tokenizer':
      return m.models_note_no_tokenizer();
    case 'no-template':
      return m.models_note_no_template();
  }
}

/** Where the bytes come from, for the question whether to fetch them. */
export function hostOf({ target }: CatalogModel): string {
  const from = target?.origin.from;
  return typeof from === 'string' ? new URL(from).host : '';
}

export function gpuSize(model: CatalogModel): { size: string; hint: string } {
  const webllm = model.webllm === null ? '' : m.models_size_gpu_webllm({ size: formatBytes(model.webllm.gpuBytes) });
  return { size: formatBytes(batchGpuBytes(model)), hint: m.models_size_gpu_hint({ webllm }).trim() };
}

export function obstacleText(obstacle: Obstacle, model: CatalogModel, adapter: AdapterFacts): string {
  switch (obstacle) {
    case 'binding-too-small':
      return m.models_obstacle_binding({
        needed: formatBytes(largestBindingBytes(model.shape)),
        allowed: formatBytes(Math.min(adapter.maxBindingBytes, adapter.maxBufferBytes)),
      });
    case 'software-adapter':
      return m.models_obstacle_software();
    case 'webllm-needs-f16':
      return m.models_obstacle_f16();
  }
}

/** "network: fetching and checking the weights, 120 MB of 869 MB, 24.1 MB/s, about 31 s left" */
export function jobSentence({ kind, phase, doneBytes, totalBytes, bytesPerSecond, remainingMs }: ModelJob): string {
  const parts = [kind === 'remove' ? m.models_phase_remove() : phaseText(phase)];
  if (totalBytes > 0)
    parts.push(m.models_progress_bytes({ done: formatBytes(doneBytes), total: formatBytes(totalBytes) }));
  if (bytesPerSecond !== null) parts.push(m.models_progress_rate({ rate: formatFixed(bytesPerSecond / 1e6, 1) }));
  if (remainingMs !== null && remainingMs >= 500) parts.push(m.load_left({ time: formatDuration(remainingMs) }));
  return joinClauses(parts);
}

function phaseText(phase: ModelJob['phase']): string {
  switch (phase) {
    case null:
      return m.models_phase_start();
    case 'list':
      return m.models_phase_list();
    case 'check':
      return m.models_phase_check();
    case 'fetch':
      return m.models_phase_fetch();
    case 'convert':
      return m.models_phase_convert();
    case 'library':
      return m.models_phase_library();
  }
}

export interface FailureText {
  readonly title: string;
  /** What to do about it; '': nothing more than the title says. */
  readonly advice: string;
  /** What the program said, in English; null: that would add nothing. */
  readonly detail: string | null;
}

/** What went wrong, and what to do about it. */
export function downloadFailureText({ code, message: detail }: DownloadFailure): FailureText {
  switch (code) {
    case 'missing':
      return { title: m.models_failed_missing(), advice: '', detail };
    case 'invalid':
      return { title: m.models_failed_invalid(), advice: '', detail };
    case 'corrupt':
      return { title: m.models_failed_corrupt(), advice: m.models_failed_stays(), detail };
    case 'network':
      return { title: m.models_failed_network(), advice: m.models_failed_stays(), detail };
    case 'quota':
      return { title: m.models_failed_quota(), advice: m.models_failed_quota_do(), detail };
    case 'busy':
      return { title: m.models_failed_busy(), advice: '', detail };
    case 'aborted':
    case 'internal':
      return { title: m.models_failed_internal(), advice: '', detail };
  }
}

/** Why a model could not be added: besides, 'no-address': what was typed is none; 'credentials': it holds a password. */
export type AddFailure = DownloadFailure | 'no-address' | 'credentials';

export function addFailureText(failure: AddFailure): FailureText {
  if (failure === 'credentials') return { title: m.models_add_url_credentials(), advice: '', detail: null };
  if (failure !== 'no-address') return downloadFailureText(failure);
  return { title: m.models_add_url_wrong(), advice: '', detail: null };
}
