import { describe, expect, it } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import * as shaders from '../../../shaders/decode';
import * as trainingShaders from '../../../shaders/train';
import { REPORTED_KS } from '../../../src/run/step-batch';
import { RECORD_WORDS } from '../../../src/engine/decode/records';
import type { KernelDefinition } from '../../../src/gpu/kernel';

const { ATTENTION_BLOCK, LORA_TILE_TOKENS, MATMUL_TILE_TOKENS, ...definitions } = shaders;
const kernels: readonly KernelDefinition[] = Object.values({ ...definitions, ...trainingShaders });

describe.each(kernels)('$name', ({ source, params, buffers }) => {
  const reflected = new WgslReflect(source);

  it('has the parameters of its definition, in the same order', () => {
    const members = reflected.uniforms[0]?.members ?? [];
    expect(members.map((member) => [member.name, member.type.name])).toEqual(Object.entries(params));
    expect(reflected.uniforms[0]).toMatchObject({ group: 0, binding: 0 });
  });

  it('has the buffers of its definition at the bindings after it, eight at most', () => {
    const storage = reflected.storage.map(({ name, access, binding, group }) => ({ name, access, binding, group }));
    const expected = Object.entries(buffers).map(([name, access], i) => ({ name, access, binding: i + 1, group: 0 }));
    expect(storage.sort((a, b) => a.binding - b.binding)).toEqual(expected);
    expect(expected.length).toBeLessThanOrEqual(8);
  });

  it('has one entry point, main', () => {
    expect(reflected.entry.compute.map((entry) => entry.name)).toEqual(['main']);
  });
});

it('has constants that the kernels share', () => {
  expect(shaders.attentionScores.source).toContain(`const BLOCK = ${ATTENTION_BLOCK}u;`);
  expect(shaders.attentionMix.source).toContain(`const BLOCK = ${ATTENTION_BLOCK}u;`);
  expect(shaders.matmulQ4.source).toContain(`let token = params.tokenBase + id.y * ${MATMUL_TILE_TOKENS}u;`);
  expect(shaders.loraDown.source).toContain(`let token = ${LORA_TILE_TOKENS}u * (id.x /`);
  expect(shaders.loraUp.source).toContain(`let token = ${LORA_TILE_TOKENS}u * id.y;`);
  const ks = REPORTED_KS.map((k) => `${k}u`).join(', ');
  expect(shaders.sample.source).toContain(`const REPORTED_KS = vec4u(${ks});`);
  expect(shaders.sample.source).toContain(`const RECORD_WORDS = ${RECORD_WORDS}u;`);
});
