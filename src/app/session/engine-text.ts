import type { EngineKind } from '../../run/engine-kind';
import type { RopeFinding } from '../../policy/types';
import type { SelfTestReport } from '../../policy/self-test';
import { formatCount, formatFixed, formatList, joinClauses } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import { fasterEngine, type Rates } from './engine-choice.svelte';

export function engineName(kind: EngineKind): string {
  return kind === 'webllm' ? m.engine_webllm() : m.engine_batch();
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
