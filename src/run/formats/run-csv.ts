import type { Decision } from '../decision';
import type { RunRecord } from '../saved-run';
import { REPORTED_K_COUNT, REPORTED_KS } from '../columns';

type Cell = string | number | null;

const PATH_HEAD = [
  'path',
  'status',
  'finish',
  'tokens',
  'stability_nats',
  'z',
  'weight',
  'answer',
  'counted_as',
  'mean_entropy_nats',
  'text',
] as const;

/** A row a path, counted from 1. What does not exist is an empty cell. @param decision on the record's own paths */
export function pathsCsv({ trace }: RunRecord, { answers, groupOfPath, groups, vote }: Decision): string {
  const rows = trace.paths.map((path, i): Cell[] => {
    const { status = null, z = null, weight = null } = vote.paths[i] ?? {};
    const representative = groups.find(({ group }) => group === groupOfPath[i])?.answer ?? null;
    const text = trace.text(path);
    return [
      ...[i + 1, status, path.finish, path.length, path.stability, z, weight],
      ...[answers[i] ?? null, representative, path.meanEntropy, text === '' ? null : text],
    ];
  });
  return csv([PATH_HEAD, ...rows]);
}

const TOKEN_HEAD = [
  ...['path', 'step', 'token', 'text', 'logprob', 'entropy_nats'],
  ...REPORTED_KS.map((k) => `entropy_top_${k}`),
  ...['confidence', 'mean_logprob'],
];

/** A row a token, paths and steps counted from 1. For runs of which every token is known. */
export function tokensCsv({ trace }: RunRecord): string {
  const decoder = new TextDecoder();
  const rows = trace.paths.flatMap((path) =>
    Array.from({ length: path.length }, (_, t): Cell[] => {
      const token = path.tokens[t] ?? 0;
      const at = t * REPORTED_K_COUNT;
      return [
        ...[path.index + 1, t + 1, token, decoder.decode(trace.pieces.get(token)?.bytes)],
        ...[path.logprob[t] ?? null, path.entropy[t] ?? null],
        ...path.entropyAtReportedK.subarray(at, at + REPORTED_K_COUNT),
        ...[path.confidence[t] ?? null, path.meanLogprob[t] ?? null],
      ];
    }),
  );
  return csv([TOKEN_HEAD, ...rows]);
}

/** RFC 4180. */
function csv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

/** Spreadsheets run a cell that begins so as a formula, and a model may write anything. */
const FORMULA = /^[\s\u200b\ufeff]*[=+\-@＝＋－＠|%]|^[\t\r]/;
/** "-5" stays a number. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
