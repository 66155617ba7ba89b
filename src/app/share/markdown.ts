import { answerText } from '../kit/charts/answer-text';
import { answerOf, pathRows, stabilityDigits } from '../result/path-rows';
import { formatCount, formatKnown, formatPercent, NO_FIGURE } from '../../i18n/format';
import { m } from '../../paraglide/messages.js';
import type { SharedResult } from './share.svelte';
import { openedVerdict } from '../../run/verdict';
import { lookName } from '../result/look-name';
import { ruleName } from '../result/verdict/text';

/** The result for a message or a notebook: problem, verdict, a row a path. @param url null: there is no link to name */
export function resultMarkdown({ record, decision }: SharedResult, url: string | null): string {
  const rows = pathRows(record.trace, decision);
  const digits = stabilityDigits(rows);
  const heads = [
    ...[m.overview_head_path(), m.share_md_status(), m.overview_head_tokens(), m.overview_head_stability()],
    ...[m.overview_head_z(), m.overview_head_weight(), m.overview_head_answer()],
  ];
  const lines = rows.map((row) => [
    ...[String(row.path + 1), lookName(row), formatCount(row.tokens), formatKnown(row.stability, digits)],
    ...[
      formatKnown(row.z, 2),
      formatKnown(row.weight, 2),
      row.answer === null ? NO_FIGURE : cell(answerText(row.answer)),
    ],
  ]);
  const table = [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const quoted = record.problem.replace(/^/gm, '> ');
  const parts = [`**${m.share_md_problem()}**`, quoted, verdict(record, decision), table];
  if (url !== null) parts.push(m.share_md_look({ url }));
  return `${parts.join('\n\n')}\n`;
}

function verdict(record: SharedResult['record'], decision: SharedResult['decision']): string {
  const { majority, poolSize } = decision.vote;
  const { rule, group, share } = openedVerdict(record.verdict, decision);
  if (group === null || majority === null) return m.share_md_none();
  return m.share_md_verdict({
    rule: ruleName(rule),
    answer: cell(answerOf(decision, group)),
    share: share === null ? NO_FIGURE : formatPercent(share),
    majority: cell(answerOf(decision, majority.group)),
    count: formatCount(majority.count),
    pool: formatCount(poolSize),
  });
}

/** What Markdown would take for marks of its own is written as characters. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\|*_`<>[\]]/g, '\\$&');
}
