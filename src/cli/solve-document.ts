import type { ProblemReading } from '../families/read-problem';
import type { SampleRequest, SampleTiming } from '../policy/types';
import type { DecidingRule, RuleReason } from '../method/auto-rule';
import type { RuleId } from '../method/rules';
import type { PathStatus } from '../method/vote-types';
import type { Decision } from '../run/decision';
import { storedNames, type StoredNames } from '../run/setting-schemas';
import { RUN_SETTINGS, type RunSettings, type VoteSettings } from '../run/settings';
import type { Finish, RunTrace } from '../run/trace';
import type { Verdict } from '../run/verdict';
import type { AnyEngine, LoadedEngine } from './load-engine';

/** What `solve --json` prints; docs/CLI.md is its contract. */
export interface SolveDocument {
  /** As it was given. */
  readonly problem: string;
  /** What was sampled, if it was worded anew for the model; else null. */
  readonly wording: string | null;
  /** What the problem is to the embedded model; null: another model, of which nothing is known. */
  readonly reading: { readonly kind: ProblemReading['kind']; readonly family: string | null } | null;
  readonly model: string;
  readonly engine: string;
  /** Name of the GPU adapter. */
  readonly device: string;
  /** Name of the LoRA adapter; null: none. */
  readonly adapter: string | null;
  readonly seed: number;
  readonly settings: StoredNames<typeof RUN_SETTINGS, Omit<RunSettings, 'seed'>> & {
    readonly z: VoteSettings['zVariant'];
    readonly softness: number;
  };
  readonly paths: readonly SolvedPath[];
  readonly vote: {
    readonly majority: string | null;
    readonly majorityCount: number;
    readonly sasc: string | null;
    readonly share: number | null;
    readonly threshold: number | null;
    /** The rule that decides. */
    readonly rule: RuleId;
    readonly reason: RuleReason;
    /** Its lead over the majority on the model's measured problems, a share of them; null unless that is the reason. */
    readonly lead: DecidingRule['lead'];
    /** What it elects. */
    readonly answer: string | null;
  };
  readonly timing: RunTiming & { readonly loadMs: number };
}

/** Of an interrupted run only the time since its start is known: it stands as decodeMs, and prefillMs is null. */
export interface RunTiming extends Omit<SampleTiming, 'promptTokens' | 'prefillMs'> {
  readonly prefillMs: number | null;
}

interface SolvedPath {
  readonly index: number;
  readonly text: string;
  readonly tokens: number;
  readonly finish: Finish;
  readonly answer: string | null;
  readonly stability: number | null;
  readonly z: number | null;
  readonly weight: number | null;
  readonly status: PathStatus;
  /** At the K of the settings, in nats, one a token. */
  readonly entropy: readonly number[];
}

export interface SolvedRun {
  readonly problem: string;
  readonly reading: ProblemReading | null;
  readonly request: SampleRequest;
  readonly voting: VoteSettings;
  readonly trace: RunTrace;
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly timing: RunTiming;
  readonly adapter: string | null;
  readonly loaded: Pick<LoadedEngine, 'loadMs'> & { readonly engine: Pick<AnyEngine, 'info'> };
}

export function solveDocument(solved: SolvedRun): SolveDocument {
  const { problem, reading, request, voting, trace, decision, verdict, timing, loaded, adapter } = solved;
  const { info } = loaded.engine;
  const { seed, ...settings } = request.settings;
  const { majority, sasc, threshold } = decision.vote;
  const answerOf = (group: number | undefined): string | null => decision.groups[group ?? -1]?.answer ?? null;
  const { prefillMs, decodeMs, tokens, tokensPerSecond } = timing;
  return {
    problem,
    wording: request.problem === problem ? null : request.problem,
    reading: reading && { kind: reading.kind, family: reading.family },
    model: info.modelId,
    engine: info.engine,
    device: info.device,
    adapter,
    seed,
    settings: { ...storedNames(RUN_SETTINGS, settings), z: voting.zVariant, softness: voting.softness },
    paths: solvedPaths(trace, decision),
    vote: {
      majority: answerOf(majority?.group),
      majorityCount: majority?.count ?? 0,
      sasc: answerOf(sasc?.group),
      share: sasc?.share ?? null,
      threshold,
      rule: verdict.rule,
      reason: verdict.reason,
      lead: verdict.lead,
      answer: answerOf(verdict.group ?? undefined),
    },
    timing: { loadMs: loaded.loadMs, prefillMs, decodeMs, tokens, tokensPerSecond },
  };
}

function solvedPaths(trace: RunTrace, decision: Decision): SolvedPath[] {
  return trace.paths.map((path, index) => {
    const { status, z, weight } = decision.vote.paths[index] ?? { status: 'no-answer', z: null, weight: null };
    return {
      index,
      text: trace.text(path),
      tokens: path.length,
      finish: path.finish ?? 'aborted',
      answer: decision.answers[index] ?? null,
      stability: path.stability,
      z,
      weight,
      status,
      entropy: Array.from(path.entropy.subarray(0, path.length)),
    };
  });
}
