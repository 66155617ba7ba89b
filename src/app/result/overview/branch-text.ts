import { visibleToken } from '../../kit/charts/token-text';
import { formatCount } from '../../../i18n/format';
import { m } from '../../../paraglide/messages.js';
import type { RunTrace } from '../../../run/trace';
import type { Branch } from '../branch';

/** Where a branch came from, and what was exchanged there. */
export function branchName({ parent, step, token, parentToken }: Branch, trace: RunTrace): string {
  const written = (id: number) => visibleToken(trace.pieces.get(id));
  const facts = { parent: parent.index + 1, step: formatCount(step + 1), token: written(token) };
  return token === parentToken
    ? m.inspect_branch_of_same(facts)
    : m.inspect_branch_of({ ...facts, instead: written(parentToken) });
}
