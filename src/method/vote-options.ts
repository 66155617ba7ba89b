import type { VoteOptions } from './vote-types';

/** The options that differ from the run's own; {} when none does. */
export function changedOptions(own: VoteOptions, options: VoteOptions): Partial<VoteOptions> {
  const keys = Object.keys(own) as (keyof VoteOptions)[];
  return Object.fromEntries(keys.flatMap((key) => (own[key] === options[key] ? [] : [[key, options[key]]])));
}
