import { promptIds } from '../model/prompt';
import type { ModelConfig, OpenModel } from '../model/types';
import { rangeViolated, type Settings, type ValuesOf } from '../run/setting';
import { RUN_SETTINGS, type RunSettings } from '../run/settings';
import type { TrainGroup } from './training';
import { EngineError, type Continuation, type PromptMeasure } from './types';

/** Tokens kept free for a solution, unless the context is so short that half of it is less. */
const SOLUTION_TOKENS = 256;

/** What of a model decides its prompts. */
type PromptModel = Pick<OpenModel, 'id' | 'config' | 'tokenizer'>;

/** Most prompt tokens, template included: the context less 256 tokens for the solution, or less half of the context. */
export function promptLimit(config: ModelConfig): number {
  return config.contextTokens - Math.min(SOLUTION_TOKENS, Math.floor(config.contextTokens / 2));
}

/** The prompt's size and whether the model can take it; unknown characters are left out of the count. */
export function measurePrompt(files: PromptModel, problem: string): PromptMeasure {
  const unknownCharacters = files.tokenizer?.unknownCharacters(problem) ?? [];
  const known = [...problem].filter((character) => !unknownCharacters.includes(character)).join('');
  const size = { tokens: promptIds(files, known).length, limit: promptLimit(files.config), unknownCharacters };
  return { ...size, fault: problem.trim() === '' ? 'empty-problem' : faultOf(size) };
}

function faultOf({ tokens, limit, unknownCharacters }: Omit<PromptMeasure, 'fault'>): PromptMeasure['fault'] {
  if (unknownCharacters.length > 0) return 'unknown-characters';
  return tokens > limit ? 'problem-too-long' : null;
}

/** Token ids of a problem that can be solved. Throws 'empty-problem', 'unknown-characters' or 'problem-too-long'. */
export function checkedPrompt(files: PromptModel, problem: string): number[] {
  if (problem.trim() === '') throw new EngineError('empty-problem', 'The problem is empty.');
  const { fault, tokens, limit, unknownCharacters } = measurePrompt(files, problem);
  if (fault === 'unknown-characters') {
    const characters = unknownCharacters.join(' ');
    throw new EngineError(fault, `${files.id} cannot read: ${characters}`, { characters });
  }
  if (fault === 'problem-too-long') {
    const message = `The problem takes ${tokens} tokens; ${files.id} reads at most ${limit} and leaves the rest for the solution.`;
    throw new EngineError(fault, message, { tokens, limit });
  }
  return promptIds(files, problem);
}

/** Throws RangeError unless there are 1 to `contextTokens` ids, all of the model's vocabulary. */
export function checkTokenIds(
  ids: readonly number[],
  { vocabSize, contextTokens }: Pick<ModelConfig, 'vocabSize' | 'contextTokens'>,
): void {
  if (ids.length === 0 || ids.length > contextTokens) {
    throw new RangeError(`${ids.length} tokens given; this model takes 1 to ${contextTokens}.`);
  }
  if (ids.some((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize)) {
    throw new RangeError(`Token ids must be integers from 0 to ${vocabSize - 1}.`);
  }
}

/** Throws 'bad-settings' naming the first setting out of range (details: setting, value, range). */
export function checkSettings(settings: RunSettings): void {
  checkRanges(RUN_SETTINGS, settings);
}

/** Throws 'bad-settings' unless these are numbers of some of the run's paths, ascending. */
export function checkPaths(paths: readonly number[], settings: RunSettings): void {
  const isPath = (path: number, i: number): boolean =>
    Number.isInteger(path) && path > (paths[i - 1] ?? -1) && path < settings.paths;
  if (paths.length > 0 && paths.every(isPath)) return;
  throw badSetting('only', paths.join(', '), `some of 0 to ${settings.paths - 1}, ascending`);
}

/** The same for any specified settings. */
export function checkRanges<All extends Settings>(specified: All, values: ValuesOf<All>): void {
  for (const [setting, specification] of Object.entries(specified)) {
    const range = rangeViolated(specification, values[setting]);
    if (range !== null) throw badSetting(setting, String(values[setting]), range);
  }
}

export function badSetting(setting: string, value: string, range: string): EngineError {
  return new EngineError('bad-settings', `${setting} must be ${range}, not ${value}.`, { setting, value, range });
}

/**
 * Throws 'bad-settings' for a continuation that this model cannot have written, or after which no token fits.
 * @param capacity most tokens of a path
 */
export function checkContinuation({ tokens, entropy }: Continuation, config: ModelConfig, capacity: number): void {
  const { activeVocabSize, stopTokenIds } = config;
  const rules: [boolean, string][] = [
    [tokens.length > 0, 'at least one token'],
    [tokens.length < capacity, `fewer than ${capacity} tokens, which is all a path may have here`],
    [entropy.length === tokens.length, 'an entropy for each token'],
    [entropy.every((value) => Number.isFinite(value) && value >= 0), 'entropies of at least 0'],
    [tokens.every((id) => id < activeVocabSize), `token ids below ${activeVocabSize}`],
    [!tokens.subarray(0, -1).some((id) => stopTokenIds.includes(id)), 'no token after a stop token'],
  ];
  for (const [holds, range] of rules) {
    if (holds) continue;
    const message = `The continuation must have ${range}.`;
    throw new EngineError('bad-settings', message, { setting: 'continuation', range });
  }
}

/** Whether nothing can follow: the continuation ends in a stop token. */
export function isComplete({ tokens }: Continuation, { stopTokenIds }: ModelConfig): boolean {
  return stopTokenIds.includes(tokens.at(-1) ?? -1);
}

/** Throws 'bad-settings' unless every token of every path has a coefficient. @param coefficients by path and token */
export function checkCoefficients({ paths }: Pick<TrainGroup, 'paths'>, coefficients: readonly Float32Array[]): void {
  if (paths.some((path, i) => coefficients[i]?.length !== path.length)) {
    throw new EngineError('bad-settings', 'Every path token needs one coefficient.');
  }
}
