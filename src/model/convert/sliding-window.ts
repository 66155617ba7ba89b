import * as v from 'valibot';
import { MOST, countUpTo } from '../bounds';
import { ModelFileError } from '../errors';

export const SLIDING_FIELDS = {
  use_sliding_window: v.nullish(v.boolean()),
  sliding_window: v.nullish(v.number()),
  max_window_layers: v.nullish(countUpTo(Number.MAX_SAFE_INTEGER)),
  layer_types: v.nullish(v.pipe(v.array(v.string()), v.maxLength(MOST.layers))),
};

interface Extent {
  readonly num_hidden_layers: number;
  readonly max_position_embeddings: number;
}

/** transformers' defaults for Qwen2. */
const DEFAULT_WINDOW = 4096;
const DEFAULT_FULL_LAYERS = 28;

/**
 * ModelFileError 'invalid' where some layer sees only the last tokens, which the engine's attention cannot do. A window that
 * no layer uses, or that is no shorter than the context, is nothing. (transformers, configuration_qwen2.py)
 */
export function checkSlidingWindow(
  fields: v.InferOutput<v.ObjectSchema<typeof SLIDING_FIELDS, undefined>>,
  { num_hidden_layers: layers, max_position_embeddings: context }: Extent,
  file: string,
): void {
  const invalid = (fault: string): never => {
    throw new ModelFileError('invalid', file, `${file}: ${fault}.`);
  };
  const types = fields.layer_types ?? null;
  if (types !== null && types.length !== layers) {
    invalid(`layer_types should have ${layers} entries, one a layer, but has ${types.length}`);
  }
  const other = types?.find((type) => type !== 'full_attention' && type !== 'sliding_attention');
  if (other !== undefined) invalid(`layer_types has "${other}", but the engine has full attention only`);
  const isOn = fields.use_sliding_window === true;
  // An explicit null is no window; an absent one is the default.
  const window = fields.sliding_window === undefined ? DEFAULT_WINDOW : fields.sliding_window;
  const firstByRule = isOn && window !== null ? (fields.max_window_layers ?? DEFAULT_FULL_LAYERS) : layers;
  const first = types === null ? firstByRule : types.indexOf('sliding_attention');
  if (first < 0 || first >= layers || (isOn && window !== null && window >= context)) return;
  const extent = window === null || !isOn ? 'a window' : `the last ${window} tokens`;
  invalid(`layer ${first} sees ${extent} only (sliding window), but the engine has full attention only`);
}
