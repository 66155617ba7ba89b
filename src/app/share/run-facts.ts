import { formatCount, formatFixed, formatMoment } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import type { RunRecord } from '../../run/saved-run';
import type { RunSettings } from '../../run/settings';
import type { SharedRun } from '../../run/formats/share-codec';

/** When and on what the run was sampled. */
export function sampledText({ createdAt, model }: RunRecord): string {
  const adapter = model.adapter === null ? '' : m.view_with_adapter({ adapter: model.adapter });
  const facts = { moment: formatMoment(new Date(createdAt)), model: model.id, adapter };
  return model.device === '' ? m.view_sampled_anywhere(facts) : m.view_sampled({ ...facts, device: model.device });
}

export function settingsText({ paths, temperature, topP, entropyK, seed, maxTokens }: RunSettings): string {
  return m.view_settings({
    paths: formatCount(paths),
    temperature: formatFixed(temperature, 1),
    topP: formatFixed(topP, 2),
    entropyK: formatCount(entropyK),
    seed: String(seed),
    maxTokens: formatCount(maxTokens),
  });
}

/** How much of the run is there. */
export function outlineText({ record, texts, binTokens }: SharedRun): string {
  if (record.detail === 'full') return m.view_full();
  if (binTokens === 0) return m.view_outline_none();
  if (texts === 0) return m.view_outline_no_texts();
  const { pathCount } = record.trace;
  if (texts === pathCount) return m.view_outline_whole();
  return m.view_outline({ texts: formatCount(texts), paths: formatCount(pathCount) });
}
