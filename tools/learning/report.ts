import { bootstrapInterval, type Estimate } from '../../src/method/statistics';
import { MAIN_RULE, RUNS } from './plan';
import { NOTES } from './notes';
import type { RunRecord } from './records';

/** 64 problems, 32 a step. */
const EPOCH_STEPS = 2;

type EvalSet = RunRecord['evaluations'][number]['set'];

/** Pass@1 of one set before and after, over problems; the change is paired by problem and averaged over runs. */
interface Change {
  readonly seeds: readonly number[];
  readonly before: number;
  readonly after: number;
  readonly change: Estimate;
  readonly majorityBefore: number | null;
  readonly majorityAfter: number | null;
}

/** docs/RESULTS.md from the records. */
export function resultsText(records: readonly RunRecord[]): string {
  const [first] = records;
  if (first === undefined) throw new RangeError('There is no record to report.');
  const rules = [...new Set(RUNS.map(({ rule }) => rule))];
  const byRule = rules.map((rule) => ({ rule, runs: records.filter((record) => record.rule === rule) }));
  const measured = byRule.filter(({ runs }) => runs.length > 0);
  const missing = byRule.filter(({ runs }) => runs.length === 0).map(({ rule }) => rule);
  return `${[
    '# Results',
    '',
    'Written by `tools/learning/experiment.ts` from `tools/learning/records.jsonl`; only the section',
    'on what was tried before is written by a person. Device: ' + `${first.device} (a software GPU on two CPU cores).`,
    '',
    '```',
    'node tools/run-ts.mjs tools/learning/experiment.ts',
    '```',
    '',
    ...introduction(first),
    '',
    ...verdict(measured.find(({ rule }) => rule === MAIN_RULE)?.runs ?? []),
    '',
    '## Rules and controls',
    '',
    ...table(measured),
    '',
    ...(missing.length === 0 ? [] : [`Not run yet: ${missing.join(', ')}.`, '']),
    '## During learning',
    '',
    ...stepTable(measured),
    '',
    NOTES,
  ].join('\n')}`;
}

function introduction(record: RunRecord): string[] {
  const size = (set: EvalSet): number => Object.keys(at(record, set, 0)?.right ?? {}).length;
  return [
    `tiny-math learns from ${size('train')} unlabelled problems by TTRL's protocol: it samples 16 paths of each, labels them by their`,
    'own vote, and takes GRPO steps on a LoRA adapter. Gold answers are used to measure only. Pass@1 is the share of right',
    `paths at temperature 1, ${record.paths} paths a problem, the same seeds before and after; ${size('held-out')} other problems, never learned`,
    'from, are measured too. Intervals: 95 %, paired bootstrap over problems. The settings were found on other problems; one',
    'earlier choice was tried on these and dropped (last section).',
  ];
}

function verdict(runs: readonly RunRecord[]): string[] {
  const steps = Math.max(0, ...runs.map((run) => run.steps.length));
  const own = changeOf(runs, 'train', steps);
  const held = changeOf(runs, 'held-out', steps);
  if (own === null || held === null) return [];
  return [
    `**${MAIN_RULE} labels, ${steps} steps, ${own.seeds.length} seed${own.seeds.length === 1 ? '' : 's'} pooled: ${points(own.change)} points on the problems themselves (${percent(own.before)} → ` +
      `${percent(own.after)}), ${points(held.change)} on held-out ones (${percent(held.before)} → ${percent(held.after)}).**`,
  ];
}

interface RuleRuns {
  readonly rule: string;
  readonly runs: readonly RunRecord[];
}

/** A row for every rule and number of steps after which it was evaluated, over the runs that were. */
function table(rules: readonly RuleRuns[]): string[] {
  const rows = rules.flatMap(({ rule, runs }) => {
    const evaluated = runs.flatMap(({ evaluations }) => evaluations.map(({ step }) => step)).filter((step) => step > 0);
    return [...new Set(evaluated)]
      .sort((a, b) => a - b)
      .flatMap((step) => {
        const own = changeOf(runs, 'train', step);
        const held = changeOf(runs, 'held-out', step);
        return own === null || held === null ? [] : [tableRow(rule, step, own, held, labelAccuracy(runs, step))];
      });
  });
  const titles = 'labels|seeds|steps|pass@1 on its problems|change|pass@1 held out|change|majority vote|labels right';
  return markdown(titles.split('|'), rows);
}

function tableRow(rule: string, step: number, own: Change, held: Change, labelsRight: number | null): string[] {
  return [
    rule,
    own.seeds.join(', '),
    String(step),
    `${percent(own.before)} → ${percent(own.after)}`,
    points(own.change),
    `${percent(held.before)} → ${percent(held.after)}`,
    points(held.change),
    `${percent(own.majorityBefore)} → ${percent(own.majorityAfter)}`,
    percent(labelsRight),
  ];
}

/** From before the first step to after the given one, over the runs that have both evaluations. */
function changeOf(runs: readonly RunRecord[], set: EvalSet, step: number): Change | null {
  const pairs = runs.flatMap((run) => {
    const [first, last] = [at(run, set, 0), at(run, set, step)];
    return first === undefined || last === undefined ? [] : [{ first, last, paths: run.paths, seed: run.seed }];
  });
  const [one] = pairs;
  if (one === undefined) return null;
  const ids = Object.keys(one.first.right);
  const shares = (when: 'first' | 'last'): number[] =>
    ids.map((id) => mean(pairs.map((pair) => (pair[when].right[id] ?? NaN) / pair.paths)));
  const [before, after] = [shares('first'), shares('last')];
  const changes = before.map((share, i) => (after[i] ?? NaN) - share);
  const majority = (when: 'first' | 'last'): number | null => {
    const values = pairs.flatMap((pair) => pair[when].majority ?? []);
    return values.length === 0 ? null : mean(values);
  };
  return {
    seeds: pairs.map(({ seed }) => seed),
    before: mean(before),
    after: mean(after),
    change: { value: mean(changes), ...bootstrapInterval(changes, mean, { resamples: 10_000 }) },
    majorityBefore: majority('first'),
    majorityAfter: majority('last'),
  };
}

function at({ evaluations }: RunRecord, set: EvalSet, step: number) {
  return evaluations.find((evaluation) => evaluation.set === set && evaluation.step === step);
}

function labelAccuracy(runs: readonly RunRecord[], upTo: number): number | null {
  const values = runs.flatMap(({ steps }) => steps.slice(0, upTo).flatMap((step) => step['label_accuracy'] ?? []));
  return values.length === 0 ? null : mean(values);
}

function stepTable(rules: readonly RuleRuns[]): string[] {
  const figures = [
    ['labels right', 'label_accuracy', percent],
    ['majority ratio', 'majority_ratio', percent],
    ['paths right', 'ground_truth_ratio', percent],
    ['unanimous groups', 'frac_reward_zero_std', percent],
    ['entropy, nats', 'entropy', (value: number | null) => value?.toFixed(3) ?? '–'],
    ['gradient norm', 'grad_norm', (value: number | null) => value?.toFixed(3) ?? '–'],
    ['mean tokens', 'completions/mean_length', (value: number | null) => value?.toFixed(1) ?? '–'],
  ] as const;
  const rows = rules.flatMap(({ runs }) =>
    runs.map(({ run, steps }) => [
      run,
      ...figures.map(([, name, format]) => {
        const over = (part: readonly RunRecord['steps'][number][]): number | null => {
          const values = part.flatMap((step) => step[name] ?? []);
          return values.length === 0 ? null : mean(values);
        };
        return `${format(over(steps.slice(0, EPOCH_STEPS)))} → ${format(over(steps.slice(-EPOCH_STEPS)))}`;
      }),
      `${Math.round(steps.reduce((sum, step) => sum + (step['step_time'] ?? 0), 0) / 60)} min`,
    ]),
  );
  return [
    'First and last two steps of each run, which is each problem once; the time is that of the steps, on a machine that',
    'had other work to do.',
    '',
    ...markdown(['run', ...figures.map(([title]) => title), 'time'], rows),
  ];
}

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

function points({ value, low, high }: Estimate): string {
  return `${signed(value)} [${signed(low)}, ${signed(high)}]`;
}

function signed(share: number): string {
  const text = (100 * share).toFixed(1);
  return share >= 0 ? `+${text}` : text.replace('-', '−');
}
