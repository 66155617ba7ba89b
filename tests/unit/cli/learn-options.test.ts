import { describe, expect, it } from 'vitest';
import { LEARN_ALIASES, LearnOptions, learnSettings } from '../../../src/cli/learn-options';
import { readOptions } from '../../../src/cli/usage';
import { learnDefaults } from '../../../src/learn/defaults';
import type { LearnSettings } from '../../../src/learn/settings';

function settingsOf(argv: string, stored: LearnSettings | null = null, modelId = 'some-model'): LearnSettings {
  return learnSettings(readOptions(argv.split(' ').filter(Boolean), LearnOptions, LEARN_ALIASES), modelId, stored);
}

describe('settings of learn', () => {
  it('are the defaults of the model', () => {
    expect(settingsOf('')).toEqual(learnDefaults('some-model').settings);
    expect(settingsOf('', null, 'tiny-math')).toEqual(learnDefaults('tiny-math').settings);
  });

  it('take every option', () => {
    const argv =
      '--steps 3 --votes 8 --train-paths 4 --train-on survivors --labels slip --min-margin 0.2 --flip-weight --rewards signed --tau 2 --loss dr_grpo ' +
      '--updates-per-batch 3 --importance sequence --epsilon-low 0.1 --epsilon-high 0.3 --beta 0.5 --advantage centred --mask-truncated ' +
      '--learning-rate 0.01 --weight-decay 0 --max-grad-norm Infinity --schedule constant --warmup 0.5 ' +
      '--problems-per-step 2 --stop-on-fall --eval-every 2 --rank 4 --targets v,q --seed 9 --temperature 0.5 --max-tokens 50 --top-k 7';
    expect(settingsOf(argv)).toEqual({
      lora: { rank: 4, alpha: 8, targets: ['q', 'v'] },
      steps: 3,
      votes: 8,
      trainPaths: 4,
      trainOn: 'survivors',
      labels: 'slip',
      softness: 2,
      minMargin: 0.2,
      flipWeight: true,
      rewards: 'signed',
      stopOnFall: true,
      lossType: 'dr_grpo',
      updatesPerBatch: 3,
      importance: 'sequence',
      epsilonLow: 0.1,
      epsilonHigh: 0.3,
      beta: 0.5,
      advantage: 'centred',
      maskTruncated: true,
      learningRate: 0.01,
      weightDecay: 0,
      maxGradNorm: Infinity,
      schedule: 'constant',
      warmup: 0.5,
      problemsPerStep: 2,
      seed: 9,
      temperature: 0.5,
      maxTokens: 50,
      entropyK: 7,
    } satisfies LearnSettings);
    expect(settingsOf('--rank 4 --alpha 3').lora.alpha).toBe(3);
  });

  it('train on all votes up to 32, as TTRL does of its 64', () => {
    expect([4, 16, 64].map((votes) => settingsOf(`--votes ${votes}`).trainPaths)).toEqual([4, 16, 32]);
  });

  it.each([
    ['--votes 65', '--votes should be a whole number from 1 to 64, but is 65.'],
    ['--votes 4 --train-paths 5', '--train-paths should be a whole number from 1 to the 4 votes, but is 5.'],
    ['--tau 0', '--softness should be at least 0.05, but is 0.'],
    ['--learning-rate=-1', '--learning-rate should be at least 0, but is -1.'],
    ['--rank 65', 'The rank should be a whole number from 1 to 64, but is 65.'],
    ['--targets q,head', '--targets should be some of q,k,v,o,gate,up,down, but has "head".'],
    ['--labels gold', expect.stringContaining('| "slip" |')],
    ['--labels gold', expect.stringContaining('but is "gold".')],
    ['--stop-on-fall', '--stop-on-fall needs --eval-every, and --eval-paths above 0.'],
    ['--eval-paths 65', '--eval-paths should be <=64, but is "65".'],
    ['--tau 1 --softness 2', '--softness is given twice, under two names.'],
    ['--updates-per-batch 9', '--updates-per-batch should be a whole number from 1 to 8, but is 9.'],
  ])('%s is wrong use', (argv, message) => {
    expect(() => settingsOf(argv)).toThrow(expect.objectContaining({ name: 'UsageError', message }));
  });
});

describe('settings of a resumed run', () => {
  const stored = settingsOf('--labels random --learning-rate 0.01 --rank 4');

  it('are those it was started with, given again or not', () => {
    expect(settingsOf('', stored)).toEqual(stored);
    expect(settingsOf('--labels random --rank 4', stored)).toEqual(stored);
  });

  it.each([
    ['--labels majority', '--labels random; it cannot go on with majority'],
    ['--steps 99', '--steps 10; it cannot go on with 99'],
    ['--rank 8', 'adapter of another rank'],
  ])('cannot change: %s', (argv, message) => {
    expect(() => settingsOf(argv, stored)).toThrow(message);
  });

  it('may plan more steps where the schedule does not depend on them', () => {
    const constant = settingsOf('--schedule constant');
    expect(settingsOf('--steps 99', constant).steps).toBe(99);
  });
});
