import { FLAG_LENGTH, FLAG_STOPPED, type StepBatch } from '../../../src/run/step-batch';
import { stepBatch } from '../../fixtures/step-batch';
import { DEFAULT_RUN_SETTINGS } from '../../../src/run/settings';
import { RunTrace } from '../../../src/run/trace';
import { DEFAULT_VOTE_OPTIONS } from '../../../src/method/vote-types';
import type { RunRecord } from '../../../src/run/saved-run';

const TEXTS = ['2 + 3 = \\boxed{5}', 'I think \\boxed{6}', '\\boxed{5}', 'no idea'];

/** A small whole run: four paths, a token a character, figures that differ everywhere. */
export function sampleRun(texts: readonly string[] = TEXTS): RunRecord {
  const trace = new RunTrace(texts.length, Math.max(...texts.map((text) => text.length)));
  texts.forEach((text, path) => [...text].forEach((_, step) => trace.append(row(text, path, step))));
  return {
    id: 'b2c5d1f0-0000-4000-8000-000000000001',
    createdAt: '2026-11-23T10:00:00.000Z',
    problem: '2 + 3',
    gold: '5',
    settings: { ...DEFAULT_RUN_SETTINGS, paths: texts.length },
    model: { id: 'tiny-math', engine: 'batch', adapter: null, device: 'none' },
    voteOptions: DEFAULT_VOTE_OPTIONS,
    verdict: null,
    timing: { prefillMs: 3, decodeMs: 40, tokensPerSecond: 900 },
    trace,
    detail: 'full',
  };
}

function row(text: string, path: number, step: number): StepBatch {
  const character = text.charAt(step);
  const last = step === text.length - 1;
  const finish = text.includes('boxed') ? FLAG_STOPPED : FLAG_LENGTH;
  const x = Math.abs(Math.sin(path * 31 + step * 7 + 1));
  const pieces = [...`${character}ABCDE`].map((c) => ({
    id: c.codePointAt(0) ?? 0,
    bytes: new TextEncoder().encode(c),
    special: false,
  }));
  const figures = {
    logprob: -x,
    entropyAtReportedK: [x / 4, x / 3, x / 2, x],
    entropy: x / 2,
    confidence: 10 + x,
    meanLogprob: -9 - x,
    runningMean: x / 2,
    runningVariance: 0.01 * (path + 1),
    alternativeToken: [65, 66, 67, 68, 69],
    alternativeLogprob: [-x, -2, -3, -4, -5],
  };
  const tokens = character.codePointAt(0) ?? 0;
  return stepBatch([{ path, step, tokens, ...figures, flags: last ? finish : 0 }], pieces);
}
