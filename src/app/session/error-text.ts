import type { EngineErrorCode } from '../../policy/types';
import { m } from '../../paraglide/messages.js';
import type { WorkerFailure } from '../../../workers/protocol';

/** What can be done about an error from here. */
type Remedy = 'reload-engine' | 'none';

export interface ErrorText {
  readonly title: string;
  readonly advice: string;
  /** What the program at fault said, in English; null: that would add nothing. */
  readonly detail: string | null;
  readonly remedy: Remedy;
}

type Describe = (failure: WorkerFailure, model: string) => Omit<ErrorText, 'detail'> & { readonly detail?: string };

/** One clear message a code: what happened, what to do, and the button that does it. */
const TEXTS: Record<Exclude<EngineErrorCode, 'aborted'>, Describe> = {
  'no-webgpu': () =>
    globalThis.isSecureContext
      ? { title: m.error_no_webgpu_title(), advice: m.error_no_webgpu_do(), remedy: 'none' }
      : { title: m.error_insecure_title(), advice: m.error_insecure_do(), remedy: 'none' },
  'no-adapter': () => ({
    title: m.error_no_adapter_title(),
    advice: m.error_no_adapter_do(),
    remedy: 'reload-engine',
  }),
  'limit-too-low': ({ message: detail, details }) => ({
    title: m.error_limit_too_low_title({
      limit: details.name ?? '',
      given: details.given ?? '',
      wanted: details.wanted ?? '',
    }),
    advice: m.error_limit_too_low_do(),
    detail,
    remedy: 'reload-engine',
  }),
  'device-refused': ({ message: detail }) => ({
    title: m.error_device_refused_title(),
    advice: m.error_device_refused_do(),
    detail,
    remedy: 'reload-engine',
  }),
  'timed-out': ({ details }) => ({
    title: m.error_timed_out_title({ seconds: details.seconds ?? '' }),
    advice: m.error_timed_out_do(),
    remedy: 'reload-engine',
  }),
  'device-lost': () => ({
    title: m.error_device_lost_title(),
    advice: m.error_device_lost_do(),
    remedy: 'reload-engine',
  }),
  'out-of-memory': () => ({
    title: m.error_out_of_memory_title(),
    advice: m.error_out_of_memory_do(),
    remedy: 'reload-engine',
  }),
  'shader-failed': ({ message: detail }) => ({
    title: m.error_shader_failed_title(),
    advice: m.error_shader_failed_do(),
    detail,
    remedy: 'reload-engine',
  }),
  'feature-missing': ({ message: detail }) => ({
    title: m.error_feature_missing_title(),
    advice: m.error_feature_missing_do(),
    detail,
    remedy: 'none',
  }),
  'rope-unknown': ({ message: detail }) => ({
    title: m.error_rope_unknown_title(),
    advice: m.error_rope_unknown_do(),
    detail,
    remedy: 'none',
  }),
  'model-missing': ({ message: detail }, model) => ({
    title: m.error_model_missing_title(),
    advice: m.error_model_missing_do({ model }),
    detail,
    remedy: 'reload-engine',
  }),
  'model-invalid': ({ message: detail }) => ({
    title: m.error_model_invalid_title(),
    advice: m.error_model_invalid_do(),
    detail,
    remedy: 'reload-engine',
  }),
  'model-corrupt': ({ message: detail }) => ({
    title: m.error_model_corrupt_title(),
    advice: m.error_model_corrupt_do(),
    detail,
    remedy: 'reload-engine',
  }),
  'empty-problem': () => ({
    title: m.error_empty_problem_title(),
    advice: m.error_empty_problem_do(),
    remedy: 'none',
  }),
  'problem-too-long': ({ details }) => ({
    title: m.error_problem_too_long_title(),
    advice: m.error_problem_too_long({
      tokens: details.tokens ?? '',
      limit: details.limit ?? '',
      over: Number(details.tokens) - Number(details.limit),
    }),
    remedy: 'none',
  }),
  'unknown-characters': ({ details }) => ({
    title: m.error_unknown_characters_title(),
    advice: m.error_unknown_characters({ characters: details.characters ?? '' }),
    remedy: 'none',
  }),
  'bad-settings': ({ message: detail }) => ({
    title: m.error_bad_settings_title(),
    advice: m.error_bad_settings_do(),
    detail,
    remedy: 'none',
  }),
  'bad-logits': ({ message: detail }) => ({
    title: m.error_bad_logits_title(),
    advice: m.error_bad_logits_do(),
    detail,
    remedy: 'reload-engine',
  }),
  internal: ({ message: detail }) => ({
    title: m.error_internal_title(),
    advice: m.error_internal_do(),
    detail,
    remedy: 'reload-engine',
  }),
};

/** null for 'aborted': the user's own doing needs no explanation. */
export function errorText(failure: WorkerFailure, model: string): ErrorText | null {
  return failure.code === 'aborted' ? null : { detail: null, ...TEXTS[failure.code](failure, model) };
}
