import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialLora } from '../../src/engine/lora/initial';
import { loraLayout } from '../../src/engine/lora/layout';
import { LoraBuffers } from '../../src/engine/lora/lora-buffers';
import { BufferArena } from '../../src/gpu/arena';
import type { GpuDevice } from '../../src/gpu/device';
import { CommandRecorder } from '../../src/gpu/recorder';
import { LORA_TARGETS } from '../../src/model/lora';
import { testDevice } from './device';
import { goldenFiles } from './golden';

let gpu: GpuDevice;
let arena: BufferArena;
let recorder: CommandRecorder;
beforeAll(async () => {
  gpu = await testDevice();
  arena = new BufferArena(gpu);
  recorder = new CommandRecorder(gpu);
});
afterAll(() => {
  recorder.dispose();
  arena.dispose();
});

describe('LoraBuffers', () => {
  it('starts as zeros, keeps what is written, and gives its memory back', async () => {
    const { config: model } = await goldenFiles('qwen2-q4f16');
    const weights = initialLora(model, { rank: 3, alpha: 6, targets: LORA_TARGETS }, 1);
    const layout = loraLayout(model, weights.config);
    const buffers = new LoraBuffers(arena, layout, 'adapter');
    await arena.settle();
    expect(arena.bytesInUse).toBe(4 * layout.floatsPerLayer * model.layerCount);
    const zeros = await buffers.read(recorder);
    expect(zeros.tensors.every(({ values }) => values.every((value) => value === 0))).toBe(true);
    buffers.write(weights);
    expect(await buffers.read(recorder)).toEqual(weights);
    buffers.dispose();
    expect(arena.bytesInUse).toBe(0);
  });
});
