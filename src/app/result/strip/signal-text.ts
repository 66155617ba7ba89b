import { formatFixed } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import type { MeasuredModel } from '../model-facts';
import type { ShownSignal } from '../signals';
import { percent } from '../text';

interface SignalTexts {
  readonly name: () => string;
  readonly title: () => string;
  /** What it is; the strip of stability has a caption of its own. */
  readonly caption: (gate: string) => string;
  /** At the ends of the axis. */
  readonly best: () => string;
  readonly worst: () => string;
  readonly digits: number;
}

const TEXTS: Record<Exclude<ShownSignal, 'stability'>, SignalTexts> = {
  pathLogprob: {
    name: m.signal_path_logprob,
    title: m.signal_title_path_logprob,
    caption: (gate) => m.signal_caption_path_logprob({ gate }),
    best: m.signal_likely,
    worst: m.signal_unlikely,
    digits: 2,
  },
  tokenLogprob: {
    name: m.signal_token_logprob,
    title: m.signal_title_token_logprob,
    caption: (gate) => m.signal_caption_token_logprob({ gate }),
    best: m.signal_likely,
    worst: m.signal_unlikely,
    digits: 3,
  },
  slip: {
    name: m.signal_slip,
    title: m.signal_title_slip,
    caption: (gate) => m.signal_caption_slip({ gate }),
    best: m.signal_small_slip,
    worst: m.signal_large_slip,
    digits: 2,
  },
  meanConfidence: {
    name: m.signal_confidence,
    title: m.signal_title_confidence,
    caption: (gate) => m.signal_caption_confidence({ gate }),
    best: m.signal_sure,
    worst: m.signal_unsure,
    digits: 2,
  },
};

export const signalName = (signal: ShownSignal): string =>
  signal === 'stability' ? m.signal_stability() : TEXTS[signal].name();
export const signalTitle = (signal: ShownSignal): string =>
  signal === 'stability' ? m.strip_title() : TEXTS[signal].title();
export const signalCaption = (signal: Exclude<ShownSignal, 'stability'>): string =>
  TEXTS[signal].caption(m.signal_not_gated());
export const signalEnds = (signal: Exclude<ShownSignal, 'stability'>): readonly [best: string, worst: string] => [
  TEXTS[signal].best(),
  TEXTS[signal].worst(),
];

/** A signal's figure with as many decimals as tell paths apart. */
export const signalFigure = (signal: Exclude<ShownSignal, 'stability'>, figure: number): string =>
  formatFixed(figure, TEXTS[signal].digits);

/** The same with its unit, for the axis. @param text the figure */
export const withUnit = (signal: ShownSignal, text: string): string =>
  signal === 'tokenLogprob' ? m.signal_nats_token({ value: text }) : m.strip_nats({ value: text });

/** How well a signal tells right from wrong on this model; ⟦ ⟧ marks bold. */
export function discriminationText(signal: ShownSignal, measured: MeasuredModel | null): string {
  const discrimination = measured?.facts.signals[signal]?.discrimination ?? null;
  if (measured === null || discrimination === null) return m.signal_unmeasured();
  return m.signal_measured({ model: measured.id, share: percent(discrimination.value) });
}
