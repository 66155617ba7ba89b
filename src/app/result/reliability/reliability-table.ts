import { formatCount, NO_FIGURE } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import { numberColumn, type TableData } from '../../kit/table-data';
import type { MeasuredFacts } from '../model-facts';
import type { ShownSignal } from '../signals';
import { signalName } from '../strip/signal-text';
import { percent } from '../text';

/** A signal with what is measured of it. */
export interface SignalReliability {
  readonly signal: ShownSignal;
  readonly figures: MeasuredFacts['signals'][string];
}

/** P(right) by rank, a column a signal, with 95 % intervals. */
export function reliabilityTable(signals: readonly SignalReliability[]): TableData {
  const ranks = Math.max(0, ...signals.map(({ figures }) => figures.rightByRank.length));
  return {
    title: m.reliability_table(),
    columns: [numberColumn(m.reliability_rank()), ...signals.map(({ signal }) => numberColumn(signalName(signal)))],
    rows: Array.from({ length: ranks }, (_, rank) => [
      formatCount(rank + 1),
      ...signals.map(({ figures }) => {
        const one = figures.rightByRank[rank];
        return one === undefined
          ? NO_FIGURE
          : m.reliability_cell({ value: percent(one.value), low: percent(one.low), high: percent(one.high) });
      }),
    ]),
  };
}
