import { ADVANTAGE_SCALES } from '../method/grpo/advantages';
import { REWARD_KINDS } from '../method/grpo/rewards';
import { IMPORTANCES, LOSS_TYPES } from '../method/grpo/loss';
import { SCHEDULES } from '../method/grpo/schedule';
import { RULE_IDS, type RuleId } from '../method/rules';
import { MIN_SOFTNESS } from '../method/weights';
import { checkLoraConfig, LORA_TARGETS, type LoraConfig } from '../model/lora';
import { badSetting, checkRanges } from '../policy/checks';
import { DEFAULT_ADAMW } from '../policy/training';
import { EngineError } from '../policy/types';
import { defaultsOf, type Settings, type ValuesOf } from '../run/setting';
import { RUN_SETTINGS, VOTE_SETTINGS } from '../run/settings';

/** `auto`, every rule that needs no known answer, and two controls. */
const LABEL_RULES: readonly ('auto' | Exclude<RuleId, 'oracle'> | 'random' | 'random-reward')[] = [
  'auto',
  ...RULE_IDS.filter((rule) => rule !== 'oracle'),
  'random',
  'random-reward',
];
const TRAIN_ON = ['first', 'survivors'] as const;

/** Most paths of a problem that are trained on by default: TTRL's number, at its 64 votes. */
const MOST_TRAIN_PATHS = 32;

/** Paths trained on by default, of so many votes. */
export function defaultTrainPaths(votes: number): number {
  return Math.min(votes, MOST_TRAIN_PATHS);
}

const BY_MODEL = "model's";

/** How a step is taken, but for the adapter's shape. Names are TRL's where it has one. docs/METHOD.md#grpo */
export const LEARN_SETTINGS = {
  /** Steps of the whole plan: the schedule runs over these. */
  steps: {
    kind: 'whole',
    flag: 'steps',
    unit: 'N',
    min: 1,
    default: 10,
    offered: { min: 1, max: 60, step: 1 },
    about: 'steps of the whole plan',
  },
  problemsPerStep: {
    kind: 'whole',
    flag: 'problems-per-step',
    part: 'set',
    unit: 'N',
    min: 1,
    default: 8,
    defaultText: BY_MODEL,
    offered: { min: 1, max: 64, step: 1 },
    about: 'each epoch goes through the set in a new seeded order',
  },
  /** Paths sampled for the vote, a problem. */
  votes: { ...RUN_SETTINGS.paths, part: 'vote', flag: 'votes', about: 'paths sampled a problem, 1 to 64' },
  /** How many of them are trained on; at most the votes. */
  trainPaths: {
    kind: 'whole',
    flag: 'train-paths',
    part: 'vote',
    unit: 'N',
    min: 1,
    max: RUN_SETTINGS.paths.max,
    default: defaultTrainPaths(RUN_SETTINGS.paths.default),
    defaultText: `the votes, at most ${MOST_TRAIN_PATHS}`,
    offered: { min: 2, max: RUN_SETTINGS.paths.max, step: 1 },
    about: 'how many of them are trained on',
  },
  trainOn: {
    kind: 'choice',
    flag: 'train-on',
    part: 'vote',
    choices: TRAIN_ON,
    default: 'first',
    about: 'the first by index, or the first that passed the gate',
  },
  labels: {
    kind: 'choice',
    flag: 'labels',
    choices: LABEL_RULES,
    unit: 'RULE',
    default: 'sasc',
    defaultText: BY_MODEL,
    about:
      "whose answer is the label: `auto` (what the model's card measured best, else the majority), any rule of " +
      '`solve --rule`, or a control: `random` (one of the answers, seeded), `random-reward` (a seeded coin for each path)',
  },
  /** τ of the vote's weights exp(−z/τ), for `sasc`. */
  softness: { ...VOTE_SETTINGS.softness, part: 'vote', about: `of \`sasc\`: w = e^(−z/τ), at least ${MIN_SOFTNESS}` },
  /** After SCRL: the lead of the label's answer over the next, as a share of the paths with an answer. */
  minMargin: {
    kind: 'real',
    flag: 'min-margin',
    part: 'guard',
    unit: 'M',
    min: 0,
    max: 1,
    default: 0,
    isShare: true,
    isAdded: true,
    offered: { min: 0, max: 0.5, step: 0.05 },
    about: 'a problem whose label leads by less than this share of its paths is skipped',
  },
  /** After TTRL-Guard. */
  flipWeight: {
    kind: 'flag',
    flag: 'flip-weight',
    part: 'guard',
    default: false,
    isAdded: true,
    about: 'a problem counts 1 − ½ · (share of its labels that changed from one visit to the next)',
  },
  learningRate: {
    kind: 'real',
    flag: 'learning-rate',
    unit: 'R',
    min: 0,
    default: 5e-5,
    defaultText: BY_MODEL,
    offered: { min: 0, max: 1, step: 1e-6 },
    stops: [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
    about: "AdamW's, at the end of the warm-up",
  },
  schedule: {
    kind: 'choice',
    flag: 'schedule',
    part: 'optimiser',
    choices: SCHEDULES,
    default: 'cosine',
    defaultText: BY_MODEL,
    about: 'of the learning rate',
  },
  /** Share of the steps that warm up. */
  warmup: {
    kind: 'real',
    flag: 'warmup',
    part: 'optimiser',
    unit: 'W',
    min: 0,
    max: 1,
    default: 0.03,
    isShare: true,
    offered: { min: 0, max: 0.5, step: 0.01 },
    about: 'share of the steps over which the learning rate rises',
  },
  /** Weight of the k3 KL against the adapter-off reference; 0 leaves the reference out. */
  beta: {
    kind: 'real',
    flag: 'beta',
    unit: 'B',
    min: 0,
    default: 0.001,
    defaultText: BY_MODEL,
    offered: { min: 0, max: 1, step: 1e-4 },
    stops: [0, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1],
    about: 'weight of the k3 KL against the model without adapter; 0 leaves that forward pass out',
  },
  lossType: {
    kind: 'choice',
    flag: 'loss',
    part: 'loss',
    choices: LOSS_TYPES,
    default: 'dapo',
    about: 'how token losses are averaged',
  },
  rewards: {
    kind: 'choice',
    flag: 'rewards',
    part: 'loss',
    choices: REWARD_KINDS,
    default: 'agreement',
    isAdded: true,
    about:
      '`agreement`: 1 for the label, else 0; `signed`: +1, and −1 for as many paths with the rarest answers, the others ' +
      'dropped (after DDRL)',
  },
  advantage: {
    kind: 'choice',
    flag: 'advantage',
    part: 'loss',
    choices: ADVANTAGE_SCALES,
    default: 'bessel',
    about: '(r − mean) / (sd + 1e-4), or r − mean',
  },
  /** µ of GRPO: optimiser updates on the paths that a step has sampled. */
  updatesPerBatch: {
    kind: 'whole',
    flag: 'updates-per-batch',
    part: 'loss',
    unit: 'N',
    min: 1,
    max: 8,
    default: 1,
    isAdded: true,
    offered: { min: 1, max: 8, step: 1 },
    about: 'optimiser updates on the paths of a step, 1 to 8 (µ of GRPO)',
  },
  importance: {
    kind: 'choice',
    flag: 'importance',
    part: 'loss',
    choices: IMPORTANCES,
    default: 'token',
    about: 'ratio of new to old probability, of a token or of the whole path; acts from the second update on',
  },
  epsilonLow: {
    kind: 'real',
    flag: 'epsilon-low',
    part: 'loss',
    unit: 'E',
    above: 0,
    max: 1,
    default: 0.2,
    offered: { min: 0.05, max: 1, step: 0.05 },
    about: 'the ratio is clipped below 1 − E; acts from the second update on',
  },
  epsilonHigh: {
    kind: 'real',
    flag: 'epsilon-high',
    part: 'loss',
    unit: 'E',
    above: 0,
    default: 0.2,
    offered: { min: 0.05, max: 1, step: 0.05 },
    about: 'the ratio is clipped above 1 + E; acts from the second update on',
  },
  maskTruncated: {
    kind: 'flag',
    flag: 'mask-truncated',
    part: 'loss',
    default: false,
    about: 'paths that end at the limit get no gradient',
  },
  weightDecay: {
    kind: 'real',
    flag: 'weight-decay',
    part: 'optimiser',
    unit: 'D',
    min: 0,
    default: DEFAULT_ADAMW.weightDecay,
    offered: { min: 0, max: 1, step: 1e-3 },
    stops: [0, 1e-3, 0.01, 0.02, 0.05, 0.1],
    about: "AdamW's (β 0.9 and 0.999)",
  },
  maxGradNorm: {
    kind: 'real',
    flag: 'max-grad-norm',
    part: 'optimiser',
    unit: 'G',
    above: 0,
    isInfinityAllowed: true,
    default: DEFAULT_ADAMW.maxGradNorm,
    offered: { min: 0.1, max: 5, step: 0.1 },
    about: 'a longer gradient is scaled down to this length',
  },
  /** Needs evaluations between the steps. */
  stopOnFall: {
    kind: 'flag',
    flag: 'stop-on-fall',
    part: 'guard',
    default: false,
    isAdded: true,
    about:
      'stop when evaluated problems (held-out ones where there are) fall clearly below their best, and go back to the best ' +
      'step; needs `--eval-every`',
  },
  seed: { ...RUN_SETTINGS.seed, part: 'vote', about: 'as of `solve`' },
  temperature: { ...RUN_SETTINGS.temperature, part: 'vote', about: 'as of `solve`' },
  maxTokens: { ...RUN_SETTINGS.maxTokens, part: 'vote', defaultText: BY_MODEL, about: 'as of `solve`' },
  entropyK: { ...RUN_SETTINGS.entropyK, part: 'vote', about: 'as of `solve`' },
} as const satisfies Settings;

export type LearnSettings = ValuesOf<typeof LEARN_SETTINGS> & { readonly lora: LoraConfig };

/** The defaults of docs/METHOD.md#grpo; defaults.ts has those of a model. */
export const DEFAULT_LEARN_SETTINGS: LearnSettings = {
  lora: { rank: 8, alpha: 16, targets: LORA_TARGETS },
  ...defaultsOf(LEARN_SETTINGS),
};

/** Throws EngineError 'bad-settings' naming the first setting out of range (details: setting, value, range). */
export function checkLearnSettings(settings: LearnSettings): void {
  checkAdapter(settings);
  const { votes, trainPaths } = settings;
  if (votes >= 1 && trainPaths > votes) {
    throw badSetting('trainPaths', String(trainPaths), `a whole number from 1 to the ${votes} votes`);
  }
  checkRanges(LEARN_SETTINGS, settings);
}

function checkAdapter({ lora }: LearnSettings): void {
  try {
    checkLoraConfig(lora);
  } catch (error) {
    throw new EngineError('bad-settings', (error as Error).message, { setting: 'lora' });
  }
}
