import { formatFixed } from '../../../i18n/format';
import type { PathInfluence } from '../../../method/influence';
import type { PathStatus } from '../../../method/vote-types';
import { m } from '../../../paraglide/messages.js';
import { percent } from '../measured-text';

export interface InfluenceFacts {
  /** 0-based. */
  readonly path: number;
  readonly status: PathStatus;
  readonly influence: PathInfluence;
  /** The elected answer's share of the weight; null: nobody is elected. */
  readonly share: number | null;
  readonly answerOf: (group: number) => string;
}

/** What the vote would be without one path, in a sentence; ⟦ ⟧ marks bold. */
export function influenceText({ path, status, influence, share, answerOf }: InfluenceFacts): string {
  const name = { path: path + 1 };
  if (status === 'no-answer' || share === null) return m.influence_outside(name);
  const { electedWithout, pivotal, weightShare, shareChange } = influence;
  const carries = { ...name, share: percent(weightShare) };
  if (electedWithout === null) return m.influence_alone(carries);
  const answer = answerOf(electedWithout);
  const after = formatFixed(share + shareChange, 2);
  if (status === 'gated') {
    return pivotal ? m.influence_filtered_flips({ ...name, answer }) : m.influence_filtered({ ...name, answer, after });
  }
  return pivotal ? m.influence_flips({ ...carries, answer }) : m.influence_still({ ...carries, answer, after });
}
