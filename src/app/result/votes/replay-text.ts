import type { ReplayMoment } from './vote-replay';
import { formatCount, formatFixed, plural } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';

/** What the vote was after some of the paths had finished; ⟦ ⟧ marks bold. */
export function momentText(
  { count, outcome }: ReplayMoment,
  paths: number,
  answerOf: (group: number) => string,
): string {
  const counts = { count: formatCount(count), paths: formatCount(paths) };
  if (outcome.sasc === null) return m.replay_after_nobody(counts);
  const { group, share } = outcome.sasc;
  return m.replay_after({ ...counts, answer: answerOf(group), share: formatFixed(share, 2) });
}

/** Who came in at that moment. */
export function latestText({ path, group }: ReplayMoment, answerOf: (group: number) => string): string {
  return group === null
    ? m.replay_latest_none({ path: path + 1 })
    : m.replay_latest({ path: path + 1, answer: answerOf(group) });
}

/** How the lead went, as a sentence. */
export function replaySummary(moments: readonly ReplayMoment[], answerOf: (group: number) => string): string {
  const leaders = moments.map(({ outcome }) => outcome.sasc?.group ?? null);
  const last = leaders.at(-1) ?? null;
  if (last === null) return m.replay_nobody();
  const answer = answerOf(last);
  const since = leaders.findLastIndex((leader) => leader !== last) + 1;
  const known = leaders.filter((leader) => leader !== null);
  const turns = known.filter((leader, i) => i > 0 && leader !== known[i - 1]).length;
  if (turns === 0) return m.replay_firm({ answer });
  const facts = { answer, count: formatCount(since + 1), paths: formatCount(moments.length) };
  return plural(turns, {
    one: m.replay_turns_one(facts),
    other: m.replay_turns_other({ ...facts, turns: formatCount(turns) }),
  });
}
