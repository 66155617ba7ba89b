import { formatCount, formatDuration, formatFixed, formatList, joinClauses } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import type { SelfTestReport } from '../../policy/self-test';
import type { LoadPhase, RopeFinding } from '../../policy/types';
import type { EngineKind } from '../../run/engine-kind';
import type { ProblemFamily } from '../result/model-facts';
import { type Rates, fasterEngine } from './engine-choice.svelte';
import type { ShownLoadProgress } from './engine.svelte';

export function engineName(kind: EngineKind): string {
  switch (kind) {
    case 'webllm':
      return m.engine_webllm();
    case 'batch':
      return m.engine_batch();
    case 'cpu':
      return m.engine_cpu();
  }
}

/** What the two engines did on this device; null: neither has been measured. */
export function ratesText(rates: Rates): string | null {
  const known = (['webllm', 'batch'] as const).flatMap((kind) => {
    const rate = rates[kind];
    if (rate === undefined) return [];
    const figures = { rate: rateOf(rate.tokensPerSecond), paths: formatCount(rate.paths) };
    return [kind === 'webllm' ? m.engine_rate_webllm(figures) : m.engine_rate_batch(figures)];
  });
  return known.length === 0 ? null : m.engine_rates({ rates: joinClauses(known) });
}

/** The faster engine in a sentence; null: not known, or no clear difference. */
export function fasterText(rates: Rates): string | null {
  const faster = fasterEngine(rates);
  if (faster === null) return null;
  const times = formatFixed(faster.times, faster.times < 10 ? 1 : 0);
  return faster.kind === 'batch' ? m.engine_faster_batch({ times }) : m.engine_faster_webllm({ times });
}

/** What was done about the rotary base; null: nothing needed to be. */
export function ropeText({ state, needed, found }: RopeFinding): string | null {
  const bases = { needed: formatCount(needed), found: formatList(found.map((base) => formatCount(base))) };
  if (state === 'repaired') return m.engine_rope_repaired(bases);
  return state === 'unknown' ? m.engine_rope_unknown(bases) : null;
}

export function selfTestText({ tests, failures, milliseconds }: SelfTestReport): string {
  if (failures.length === 0) {
    return m.self_test_passed({ tests: formatCount(tests), seconds: formatFixed(milliseconds / 1000, 1) });
  }
  return m.self_test_failed({ kernels: formatList(failures.map(({ kernel }) => kernel)) });
}

function rateOf(tokensPerSecond: number): string {
  return formatFixed(tokensPerSecond, tokensPerSecond < 10 ? 1 : 0);
}

export function phaseName(phase: LoadPhase): string {
  switch (phase) {
    case 'device':
      return m.load_phase_device();
    case 'download':
      return m.load_phase_download();
    case 'weights':
      return m.load_phase_weights();
    case 'tokenizer':
      return m.load_phase_tokenizer();
    case 'pipelines':
      return m.load_phase_pipelines();
    case 'warm-up':
      return m.load_phase_warm_up();
  }
}

/** "compiling shaders, 12 of 24, about 3 s left" */
export function loadSentence(progress: ShownLoadProgress): string {
  const { phase, done, total, unit, remainingMs } = progress;
  const parts = [phaseName(phase)];
  if (total > 0) {
    const figures = unit === 'bytes' ? { done: megabytes(done), total: megabytes(total) } : { done, total };
    parts.push(unit === 'bytes' ? m.load_bytes(figures) : m.load_items(figures));
  }
  if (remainingMs !== null && remainingMs >= 500) parts.push(m.load_left({ time: formatDuration(remainingMs) }));
  return joinClauses(parts);
}

/** Decimal megabytes, as downloads are usually counted. */
function megabytes(bytes: number): string {
  return formatFixed(bytes / 1e6, bytes < 10e6 ? 2 : 0);
}

/** Kinds of problem of the embedded model; another model's own titles are shown as they are. */
const NAMES: Readonly<Record<string, () => string>> = {
  linear: m.family_linear,
  order: m.family_order,
  gcd: m.family_gcd,
  percent: m.family_percent,
  arithmetic: m.family_arithmetic,
  geometric: m.family_geometric,
  fraction: m.family_fraction,
  power: m.family_power,
  rectangle: m.family_rectangle,
  mean: m.family_mean,
  shopping: m.family_shopping,
};

export function familyName({ id, title }: ProblemFamily): string {
  return NAMES[id]?.() ?? title;
}

/** "linear equations, order of operations, …" within a sentence. */
export function familyList(families: readonly ProblemFamily[]): string {
  return formatList(families.map((family) => familyName(family).toLowerCase()));
}
