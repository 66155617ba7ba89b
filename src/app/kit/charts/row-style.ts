import type { PathStatus } from '../../../method/vote-types';

/** How a path's glyph and bar are drawn: 'truncated' is a path without an answer that reached the token limit. */
export type RowStyle = 'running' | PathStatus | 'truncated' | 'branch';
