import { MIN_SOFTNESS } from '../method/weights';
import { checkLoraConfig, LORA_TARGETS } from '../model/lora';
import { LIMITS } from '../run/settings';
import { checkSettings } from '../policy/checks';
import { DEFAULT_ADAMW } from '../policy/training';
import { EngineError } from '../policy/types';
import type { LearnSettings } from './types';

/** The defaults of docs/METHOD.md#grpo; defaults.ts has those of a model. */
export const DEFAULT_LEARN_SETTINGS: LearnSettings = {
  lora: { rank: 8, alpha: 16, targets: LORA_TARGETS },
  votes: 16,
  trainPaths: 16,
  trainOn: 'first',
  labels: 'sasc',
  softness: 1,
  lossType: 'dapo',
  importance: 'token',
  epsilonLow: 0.2,
  epsilonHigh: 0.2,
  beta: 0.001,
  advantage: 'bessel',
  maskTruncated: false,
  learningRate: 5e-5,
  weightDecay: DEFAULT_ADAMW.weightDecay,
  maxGradNorm: DEFAULT_ADAMW.maxGradNorm,
  schedule: 'cosine',
  warmup: 0.03,
  problemsPerStep: 8,
  steps: 10,
  seed: 1,
  temperature: 1,
  maxTokens: 256,
  topK: 20,
};

const WHOLE = 'a whole number from 1';
const NOT_NEGATIVE = 'at least 0';
const POSITIVE = 'above 0';

/** Throws EngineError 'bad-settings' naming the first setting out of range (details: setting, value, range). */
export function checkLearnSettings(settings: LearnSettings): void {
  const { votes, seed, temperature, maxTokens, topK } = settings;
  checkAdapter(settings);
  const { max } = LIMITS.paths;
  const isWhole = (value: number): boolean => Number.isInteger(value) && value >= 1;
  const isNotNegative = (value: number): boolean => value >= 0 && value < Infinity;
  const rules: [keyof LearnSettings, (value: number) => boolean, string][] = [
    ['votes', (value) => isWhole(value) && value <= max, `a whole number from 1 to ${max}`],
    ['trainPaths', (value) => isWhole(value) && value <= votes, `a whole number from 1 to the ${votes} votes`],
    ['softness', (value) => value >= MIN_SOFTNESS, `at least ${MIN_SOFTNESS}`],
    ['epsilonLow', (value) => value > 0 && value <= 1, 'above 0 and at most 1'],
    ['epsilonHigh', (value) => value > 0 && value < Infinity, POSITIVE],
    ['beta', isNotNegative, NOT_NEGATIVE],
    ['learningRate', isNotNegative, NOT_NEGATIVE],
    ['weightDecay', isNotNegative, NOT_NEGATIVE],
    ['maxGradNorm', (value) => value > 0, POSITIVE],
    ['warmup', (value) => value >= 0 && value <= 1, 'from 0 to 1'],
    ['problemsPerStep', isWhole, WHOLE],
    ['steps', isWhole, WHOLE],
  ];
  for (const [setting, holds, range] of rules) {
    const value = settings[setting];
    if (typeof value !== 'number' || !holds(value)) throw badSetting(setting, String(value), range);
  }
  checkSettings({ paths: votes, seed, temperature, topP: 1, maxTokens, topK });
}

function checkAdapter({ lora }: LearnSettings): void {
  try {
    checkLoraConfig(lora);
  } catch (error) {
    throw new EngineError('bad-settings', (error as Error).message, { setting: 'lora' });
  }
}

function badSetting(setting: string, value: string, range: string): EngineError {
  return new EngineError('bad-settings', `${setting} must be ${range}, not ${value}.`, { setting, value, range });
}
