import * as v from 'valibot';
import { MOST } from './bounds';
import { ModelFileError } from './errors';
import type { ModelNote } from './notes';

/** Base of the rotary angles where a configuration names none: transformers' default. */
const DEFAULT_THETA = 10_000;

const base = v.nullish(v.pipe(v.number(), v.gtValue(0), v.maxValue(MOST.ropeTheta)));
const parameters = v.nullish(
  v.pipe(
    // `looseObject` would take a list as well.
    v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object'),
    v.looseObject({
      rope_theta: base,
      rope_type: v.nullish(v.string()),
      // The older spelling.
      type: v.nullish(v.string()),
      partial_rotary_factor: v.nullish(v.number()),
    }),
  ),
);

/** The fields that say how positions are turned into angles, in every spelling that is in use. */
export const ROPE_FIELDS = {
  rope_theta: base,
  rope_scaling: parameters,
  // Since transformers 5 everything is here.
  rope_parameters: parameters,
  partial_rotary_factor: v.nullish(v.number()),
};

type RopeFields = v.InferOutput<v.ObjectSchema<typeof ROPE_FIELDS, undefined>>;

/**
 * The base of the rotary angles, as transformers 5 takes it: what is nested has precedence over the field beside it.
 * ModelFileError 'invalid' for angles that are scaled in any way, since they would be taken for others, and for two
 * nested bases.
 * @param file where the fields are from, for messages
 */
export function ropeThetaOf(
  fields: RopeFields,
  file: string,
): { readonly theta: number; readonly notes: readonly ModelNote[] } {
  checkRotaryFactor(file, 'partial_rotary_factor', fields.partial_rotary_factor);
  for (const name of ['rope_scaling', 'rope_parameters'] as const) checkParameters(file, name, fields[name] ?? {});
  const scaling = fields.rope_scaling?.rope_theta ?? null;
  const nested = fields.rope_parameters?.rope_theta ?? null;
  if (scaling !== null && nested !== null && scaling !== nested) {
    invalid(
      file,
      `rope_scaling says rope_theta ${scaling}, rope_parameters ${nested}: remove the one that is not meant`,
    );
  }
  const inner = scaling ?? nested;
  const outer = fields.rope_theta ?? null;
  const theta = inner ?? outer ?? DEFAULT_THETA;
  if (inner === null || outer === null || inner === outer) return { theta, notes: [] };
  const place = scaling === null ? 'rope_parameters' : 'rope_scaling';
  const message = `${file}: rope_theta is ${outer}, but ${place} says ${inner}, which counts, as in transformers 5.`;
  return { theta, notes: [{ code: 'rope-twice', message }] };
}

function checkParameters(file: string, name: string, values: NonNullable<RopeFields['rope_parameters']>): void {
  for (const field of ['rope_type', 'type'] as const) {
    const kind = values[field] ?? 'default';
    if (kind !== 'default') {
      invalid(file, `${name}.${field} is "${kind}": scaled rotary angles are not supported, only "default"`);
    }
  }
  checkRotaryFactor(file, `${name}.partial_rotary_factor`, values.partial_rotary_factor);
  const layers = Object.entries(values).find(([, value]) => typeof value === 'object' && value !== null);
  if (layers !== undefined && !Array.isArray(layers[1])) {
    invalid(file, `${name}.${layers[0]} has rotary angles of its own, but the engine has one kind for all layers`);
  }
}

function checkRotaryFactor(file: string, name: string, factor: number | null | undefined): void {
  if ((factor ?? 1) !== 1) invalid(file, `${name} should be 1, but is ${factor}: heads are rotated whole`);
}

function invalid(file: string, fault: string): never {
  throw new ModelFileError('invalid', file, `${file}: ${fault}.`);
}
