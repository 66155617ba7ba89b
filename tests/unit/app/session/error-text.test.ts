import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EngineErrorCode } from '../../../../src/policy/types';
import { errorText } from '../../../../src/app/session/error-text';
import type { WorkerFailure } from '../../../../workers/protocol';

const CODES: readonly Exclude<EngineErrorCode, 'aborted'>[] = [
  'no-webgpu',
  'no-adapter',
  'device-lost',
  'out-of-memory',
  'shader-failed',
  'feature-missing',
  'rope-unknown',
  'model-missing',
  'model-invalid',
  'model-corrupt',
  'empty-problem',
  'problem-too-long',
  'unknown-characters',
  'bad-settings',
  'bad-logits',
  'internal',
];

const failure = (code: EngineErrorCode): WorkerFailure => ({
  ok: false,
  code,
  message: 'Shard 7 is short.',
  details: { tokens: 230, limit: 180, characters: 'π é' },
});

afterEach(() => vi.unstubAllGlobals());

describe('what the page says about an error', () => {
  it.each(CODES)('%s: what happened, and what to do', (code) => {
    vi.stubGlobal('isSecureContext', true);
    const text = errorText(failure(code), 'tiny-math');
    expect(text?.title).toMatch(/^[A-Z].*[.]$/);
    expect(text?.advice).toMatch(/^[A-Z].*[.]$/);
    expect(`${text?.title} ${text?.advice}`).not.toMatch(/undefined|NaN|[{}]/);
  });

  it('says no two alike', () => {
    vi.stubGlobal('isSecureContext', true);
    const titles = CODES.map((code) => errorText(failure(code), 'tiny-math')?.title);
    expect(new Set(titles).size).toBe(CODES.length);
  });

  it('tells a browser without WebGPU from an address without it', () => {
    vi.stubGlobal('isSecureContext', true);
    expect(errorText(failure('no-webgpu'), 'tiny-math')?.advice).toContain('chrome://flags');
    vi.stubGlobal('isSecureContext', false);
    expect(errorText(failure('no-webgpu'), 'tiny-math')?.advice).toContain('https');
  });

  it('gives the figures and names of the failure', () => {
    expect(errorText(failure('problem-too-long'), 'tiny-math')?.advice).toMatch(/230 of 180 tokens.*by 50/);
    expect(errorText(failure('unknown-characters'), 'tiny-math')?.advice).toContain('π é');
    expect(errorText(failure('model-corrupt'), 'tiny-math')?.detail).toContain('Shard 7');
    expect(errorText(failure('problem-too-long'), 'tiny-math')?.detail).toBeNull();
  });

  it('is silent about what the user did', () => {
    expect(errorText(failure('aborted'), 'tiny-math')).toBeNull();
  });
});
