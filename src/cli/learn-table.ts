import type { FlipLedger } from '../learn/flips';
import type { EvalPair, LearnDocument } from './learn-document';
import type { SavedStep } from './learn-folder';
import { textTable } from './table';

const COLUMNS: readonly (readonly [title: string, metric: string, digits: number])[] = [
  ['reward', 'reward', 3],
  ['majority', 'majority_ratio', 3],
  ['label right', 'label_accuracy', 3],
  ['entropy', 'entropy', 3],
  ['kl', 'kl', 4],
  ['grad norm', 'grad_norm', 3],
  ['tokens', 'completions/mean_length', 1],
  ['seconds', 'step_time', 1],
];

/** The document for people: a line a step, then pass@1 before and after. */
export function learnTable(document: LearnDocument): string {
  const { model, device, settings, steps, problems, heldOut, adapter } = document;
  const titles = ['step', ...COLUMNS.map(([title]) => title), ''];
  return [
    `${model} on ${device} · ${settings.labels} labels · ${problems} problems, ${heldOut} held out`,
    '',
    textTable([titles, ...steps.map(stepCells)]),
    '',
    ...evalLines(document),
    ...flipLines(document),
    ...stoppedLines(document),
    adapter === null ? 'The adapter was not kept (--out DIR keeps it).' : `Adapter: ${adapter}`,
  ].join('\n');
}

/** One step for people, as it is taken. */
export function stepLine(step: SavedStep): string {
  const cells = COLUMNS.map(([title, metric, digits]) => `${title} ${figure(step.metrics[metric], digits)}`);
  return [`step ${step.step}`, ...cells, remarks(step)].filter((cell) => cell !== '').join(', ');
}

function stepCells(step: SavedStep): string[] {
  return [
    String(step.step),
    ...COLUMNS.map(([, metric, digits]) => figure(step.metrics[metric], digits)),
    remarks(step),
  ];
}

function remarks({ groups, warnings, updated }: SavedStep): string {
  const skipped = groups.filter((group) => group.skipped !== null).length;
  return [
    skipped > 0 ? `${skipped} of ${groups.length} groups skipped` : '',
    ...warnings.map(({ code }) => code),
    updated ? '' : 'no update',
  ]
    .filter((remark) => remark !== '')
    .join(', ');
}

function evalLines({ eval: { before, after, paths } }: LearnDocument): string[] {
  const line = (name: string, set: keyof EvalPair): string[] => {
    const [first, last] = [before[set], after[set]];
    if (first === null) return [];
    const pass = `${percent(first.pass1)} → ${percent(last?.pass1 ?? null)}`;
    return [`${name}: pass@1 ${pass}, majority ${percent(first.majority)} → ${percent(last?.majority ?? null)}`];
  };
  const lines = [...line('Learned from', 'train'), ...line('Held out', 'heldOut')];
  return lines.length === 0 ? [] : [...lines, `(${paths} paths a problem, the same seeds before and after)`];
}

/** Which problems were learned, which were unlearned. */
function flipLines({ eval: { flips } }: LearnDocument): string[] {
  const line = (name: string, ledger: FlipLedger | null): string[] => {
    if (ledger === null) return [];
    const { learned, unlearned, keptWrong, keptRight } = ledger;
    const counts = `${learned.length} learned, ${unlearned.length} unlearned, ${keptRight.length} right and ${keptWrong.length} wrong as before`;
    const ids = unlearned.length === 0 ? '' : ` (unlearned: ${unlearned.join(', ')})`;
    return [`${name}, by the majority: ${counts}${ids}`];
  };
  return [...line('Learned from', flips.train), ...line('Held out', flips.heldOut)];
}

function stoppedLines({ stopped }: LearnDocument): string[] {
  if (stopped === null) return [];
  const { set, after, backTo } = stopped;
  const problems = set === 'held-out' ? 'held-out problems' : 'the problems';
  const fall = `pass@1 on ${problems} fell from ${percent(backTo.pass1)} to ${percent(after.pass1)}`;
  return [`Stopped after step ${after.step}: ${fall}. Back at step ${backTo.step}, the best.`];
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)} %`;
}

function figure(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits);
}
