import type { EvaluationHead } from '../../evaluate/log';
import { type Problem, parseProblems } from '../../evaluate/problem-file';
import type { GrowingLog } from '../../evaluate/sampling';
import { EMBEDDED_ID } from '../../model/catalog';
import type { RunSettings } from '../../run/settings';
import { asker, askOwn } from '../../net/ask';
import { decoded } from '../kit/decoded';
import { randomId } from '../kit/random-id';
import type { EvaluationStore, StoredEvaluation } from './evaluation-store';

/** Name of the built-in set, which has no file whose name it could bear. */
export const BUILT_IN = 'built-in';

/** A problem set that can be evaluated. */
export interface ProblemSet {
  readonly name: string;
  readonly problems: readonly Problem[];
}

/** An evaluation with its log, which grows while it is sampled. */
export interface OpenEvaluation extends StoredEvaluation {
  /** null: it has not begun. */
  readonly head: EvaluationHead | null;
  readonly log: GrowingLog;
  readonly lines: string[];
}

export function newEvaluation(
  { name, problems }: ProblemSet,
  settings: RunSettings,
  withGreedy: boolean,
): OpenEvaluation {
  const task = { problems, settings, withGreedy };
  const log = { sampled: new Map(), failures: new Map() };
  return { id: randomId(), name, createdAt: new Date(), task, head: null, log, lines: [] };
}

/** As it was kept; one whose log cannot be read is as if it had not begun. */
export async function keptEvaluation(
  evaluation: StoredEvaluation,
  store: EvaluationStore | null,
): Promise<OpenEvaluation> {
  const stored = (await store?.readLog(evaluation.id)) ?? null;
  const log = { sampled: new Map(stored?.log.sampled), failures: new Map(stored?.log.failures) };
  return { ...evaluation, head: stored?.log.head ?? null, log, lines: [...(stored?.lines ?? [])] };
}

/** The problems that come with the page: tiny-math was not trained on them. Any model may be asked them. */
export async function readBuiltInSet(baseUrl: string = document.baseURI): Promise<ProblemSet | null> {
  const file = `problems/${EMBEDDED_ID}-heldout.jsonl`;
  try {
    const response = await askOwn(new URL(file, baseUrl));
    if (!response.ok) return null;
    return { name: BUILT_IN, problems: parseProblems(await response.text(), file) };
  } catch {
    return null;
  }
}

/**
 * The set at an address that the user has typed, such as a file of a hub or rows of its dataset viewer. Rejects with an Error
 * that says what is wrong with the address, the reply or the set.
 */
export async function fetchSet(address: string, signal: AbortSignal): Promise<ProblemSet> {
  if (!URL.canParse(address)) throw new Error(`${address} is no address: it begins with https://.`);
  const response = await asker([address])(address, { signal });
  const { host, pathname } = new URL(address);
  if (!response.ok) throw new Error(`${host} replied ${response.status} ${response.statusText}.`);
  const name = decoded(pathname.split('/').at(-1) ?? '') || host;
  return { name, problems: parseProblems(await response.text(), name) };
}
