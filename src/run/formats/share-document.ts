import { classesByText } from '../../answers/classes';
import { entropyCeiling } from '../../method/entropy';
import { signalOf } from '../../method/signals';
import { changedOptions } from '../../method/vote-options';
import { DEFAULT_VOTE_OPTIONS, type VoteOptions } from '../../method/vote-types';
import { decideByClasses } from '../decide';
import { outlineOf } from '../outline';
import { entropiesAtK, hasReportedKs, stabilityAtK } from '../reported-k';
import { signalPath, slipIn } from '../rule-paths';
import type { RunRecord } from '../saved-run';
import { capacityFor, writeOptions } from './run-schema';
import { MAX_TOTAL_TOKENS, SHARE_VERSION, TOKEN_SEPARATOR, type WrittenShare } from './share-schema';
import type { Finish, PathTrace, RunTrace } from '../trace';

const END_LETTERS: Readonly<Record<Finish, string>> = { stop: 's', length: 'l', aborted: 'a' };

/**
 * What all links of a run hold: everything but its outlines and texts.
 * @param hide whoever opens the link is to think before the verdict is shown
 */
export function shareBase(record: RunRecord, hide: boolean): WrittenShare {
  const { trace, gold, settings, model, voteOptions, timing } = record;
  const k = shownK(record);
  const ofPath = decideByClasses(trace, {}, classesByText([])).answers;
  const answers = [...new Set(ofPath.filter((answer) => answer !== null))];
  return {
    v: SHARE_VERSION,
    id: record.id,
    at: Math.round(Date.parse(record.createdAt) / 1000),
    problem: record.problem,
    ...(gold === null ? {} : { gold }),
    asked: [settings.temperature, settings.topP, settings.maxTokens, k ?? settings.entropyK, settings.seed],
    by: [model.id, model.engine, model.device, model.adapter],
    ...writtenRules(voteOptions),
    ...(timing === null ? {} : { times: writtenTimes(timing) }),
    room: capacityFor(trace.paths, trace.capacity, MAX_TOTAL_TOKENS),
    answers,
    answer: ofPath.map((answer) => (answer === null ? -1 : answers.indexOf(answer))),
    ...writtenVerdict(record.verdict, answers),
    tokens: trace.paths.map(({ length }) => length),
    s: trace.paths.map((path) => (k === null ? path.stability : stabilityAtK(path, k))),
    mean: trace.paths.map((path) => meanOf(path, k)),
    ...writtenDrawn(trace),
    ends: trace.paths.map(({ finish }) => END_LETTERS[finish ?? 'aborted']).join(''),
    ...(hide ? { hide } : {}),
  };
}

/** Nothing where SASC decided: whoever opens the link votes by it again, and may move its gate. */
function writtenVerdict(verdict: RunRecord['verdict'], answers: readonly string[]): Pick<WrittenShare, 'verdict'> {
  if (verdict === null || verdict.rule === 'sasc') return {};
  const { rule, answer, share } = verdict;
  return { verdict: [rule, answer === null ? -1 : answers.indexOf(answer), share === null ? null : rounded(share, 4)] };
}

/** Digits of log-probabilities: more would cost characters and change no vote but a tie. */
const DRAWN_DIGITS = 4;

function writtenDrawn({ paths }: RunTrace): Pick<WrittenShare, 'drawn'> {
  const columns: NonNullable<WrittenShare['drawn']> = [[], [], []];
  for (const path of paths) {
    // Of a path without tokens these say nothing, and nobody asks.
    const isEmpty = path.length === 0;
    const pathLogprob = isEmpty ? 0 : signalOf(signalPath(path), 'pathLogprob', () => 1);
    const slip = isEmpty ? { size: 0, step: 0 } : slipIn(path);
    if (typeof pathLogprob !== 'number' || slip === null || !Number.isFinite(pathLogprob + slip.size)) return {};
    columns[0].push(Math.min(0, rounded(pathLogprob, DRAWN_DIGITS)));
    columns[1].push(rounded(slip.size, DRAWN_DIGITS - 1));
    columns[2].push(slip.step);
  }
  return { drawn: columns };
}

/** Those that are not the defaults. K is not among them: the stabilities are those at that K already. */
function writtenRules(options: VoteOptions): Pick<WrittenShare, 'rules'> {
  const changed = changedOptions(DEFAULT_VOTE_OPTIONS, { ...options, entropyK: null });
  if (Object.keys(changed).length === 0) return {};
  return { rules: 'softness' in changed ? { ...changed, softness: writeOptions(options).softness } : changed };
}

export function outlinesOf(record: RunRecord, binTokens: number): string {
  const k = shownK(record);
  const ceiling = entropyCeiling(k ?? record.settings.entropyK);
  return record.trace.paths.map((path) => outlineOf(entropiesAtK(path, k), path.length, binTokens, ceiling)).join('');
}

/** A path's text with a separator between its tokens; null: it cannot be split again, or is not there. */
export function separatedText({ pieces }: RunTrace, path: PathTrace): string | null {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  for (const token of path.tokens.subarray(0, path.length)) {
    const piece = pieces.get(token);
    if (piece === undefined) return null;
    parts.push(piece.special ? '' : decoder.decode(piece.bytes, { stream: true }));
  }
  return parts.some((part) => part.includes(TOKEN_SEPARATOR)) ? null : parts.join(TOKEN_SEPARATOR);
}

/** K of the entropies that the vote went by, where that is not the run's own. */
function shownK({ trace, voteOptions: { entropyK } }: RunRecord): number | null {
  return entropyK !== null && hasReportedKs(trace) ? entropyK : null;
}

function meanOf(path: PathTrace, k: number | null): number | null {
  if (path.length === 0) return null;
  const entropies = entropiesAtK(path, k);
  return rounded(entropies.reduce((sum, entropy) => sum + entropy, 0) / entropies.length, 3);
}

function writtenTimes(timing: NonNullable<RunRecord['timing']>): [number, number, number] {
  return [Math.round(timing.prefillMs), Math.round(timing.decodeMs), rounded(timing.tokensPerSecond, 4)];
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
