import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { DECODER_OPS } from '../../../src/engine/decode/kernels';
import { ATTENTION_BLOCK } from '../../../src/engine/ops/attention';
import type { Op } from '../../../src/engine/ops/op';
import { TILE_TOKENS, tilingFor } from '../../../src/engine/ops/tiling';
import { TRAINER_OPS } from '../../../src/engine/train/kernels';
import { workgroupSizeOf } from '../../../src/gpu/kernel';
import { REPORTED_KS, ROW_WORDS } from '../../../src/run/columns';

const OPS: readonly Op[] = Object.values({ ...DECODER_OPS, ...TRAINER_OPS });
const TARGETS = [false, true].flatMap((isSoftwareAdapter) =>
  (['float16', 'bfloat16', 'float32'] as const).map((scaleDtype) => ({
    scaleDtype,
    tiling: tilingFor({ isSoftwareAdapter }),
  })),
);

describe.each(OPS)('$name', (op) => {
  const { source, params, buffers, overrides = [] } = op;
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

  it('has the overrides of its definition, and every target gives each a value', () => {
    expect(reflected.overrides.map(({ name }) => name)).toEqual(overrides);
    for (const target of TARGETS) expect(Object.keys(op.variant?.(target) ?? {})).toEqual(overrides);
  });

  it('has one entry point, main, and is dispatched by its workgroup size', () => {
    expect(reflected.entry.compute.map((entry) => entry.name)).toEqual(['main']);
    const attributes = reflected.entry.compute[0]?.attributes ?? [];
    const sizes = [attributes.find(({ name }) => name === 'workgroup_size')?.value ?? []].flat();
    for (const target of TARGETS) {
      const variant: Record<string, number> = op.variant?.(target) ?? {};
      const expected = sizes.map((size) => variant[size] ?? Number(size));
      expect(workgroupSizeOf(op, variant).slice(0, expected.length)).toEqual(expected);
      expect(expected.length).toBeGreaterThan(0);
    }
  });
});

it('has constants that the kernels share', () => {
  const { attentionScores, attentionMix, matmulQ4, loraDown, loraUp, sample } = DECODER_OPS;
  const { matmulQ4T, loraProduct } = TRAINER_OPS;
  expect(attentionScores.source).toContain(`const BLOCK = ${ATTENTION_BLOCK}u;`);
  expect(attentionMix.source).toContain(`const BLOCK = ${ATTENTION_BLOCK}u;`);
  expect(matmulQ4.source).toContain(`let token = params.tokenBase + id.y * ${TILE_TOKENS}u;`);
  expect(matmulQ4T.source).toContain(`let token = params.tokenBase + id.y * ${TILE_TOKENS}u * TOKEN_QUADS;`);
  expect(loraDown.source).toContain(`let token = ${TILE_TOKENS}u * (id.x /`);
  expect(loraProduct.source).toContain(`let token = ${TILE_TOKENS}u * (id.x /`);
  expect(loraUp.source).toContain(`let token = ${TILE_TOKENS}u * id.y;`);
  const ks = REPORTED_KS.map((k) => `${k}u`).join(', ');
  expect(sample.source).toContain(`const REPORTED_KS = vec4u(${ks});`);
  expect(sample.source).toContain(`const RECORD_WORDS = ${ROW_WORDS}u;`);
});

describe('headers of the WGSL files', () => {
  const root = join(import.meta.dirname, '../../..');
  const folder = join(root, 'shaders');
  const names = readdirSync(folder).filter((name) => name.endsWith('.wgsl'));
  /** Folders that a file named in a comment may be relative to. */
  const bases = [root, folder, join(root, 'src/engine')];

  it.each(names)('%s names files that exist', (name) => {
    const comments = readFileSync(join(folder, name), 'utf8').match(/\/\/.*/g) ?? [];
    const named = comments.join('\n').match(/[\w./-]+\.(ts|wgsl|md)\b/g) ?? [];
    expect(named.filter((file) => !bases.some((base) => existsSync(join(base, file))))).toEqual([]);
  });

  it.each(OPS)('$name says how it is dispatched, what its reference is and how far it may be off', ({ source }) => {
    for (const label of ['Dispatch', 'Reference', 'Tolerance'])
      expect(source).toMatch(new RegExp(`^// ${label}: \\S`, 'm'));
  });
});
