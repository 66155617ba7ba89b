import type { Decision } from '../decision';
import { type LinkResult, packLink, unpackLink } from './link-text';
import type { RunRecord } from '../saved-run';
import { compactBases } from './compact-share';
import { outlinesOf, separatedText, shareBase } from './share-document';
import { recordOf } from './share-record';
import { RUN_LINKS, type WrittenShare } from './share-schema';
import { parseVersioned } from './versioned';

/** Characters of a link's text: chat programs and servers take that many; and what a QR code holds across a room. */
export const LINK_LIMITS = { full: 4000, compact: 800 } as const;
export type LinkTier = keyof typeof LINK_LIMITS;

/** Characters that the texts of a full link find used up; somewhat more where the rest is long already. */
const OUTLINE_LIMIT = 2400;
/** Tokens a bin of an outline, from the finest; two would take as many characters as one. */
const BINS = [1, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256] as const;

export interface LinkOptions {
  readonly tier: LinkTier;
  /** The address before the text, up to `r=`: the limit is that of the whole. */
  readonly prefix?: string;
  /** Whoever opens the link is to think before the verdict is shown. */
  readonly hide?: boolean;
}

export interface WrittenLink {
  /** Prefix and text. */
  readonly url: string;
  /** Tokens a step of the entropy outlines; 0: there are none. */
  readonly binTokens: number;
  /** Paths whose texts are in it. */
  readonly texts: number;
  /** Characters of the problem that were left out. */
  readonly problemCut: number;
}

/** A run as a link showed it. */
export interface SharedRun {
  readonly record: RunRecord;
  /** Paths whose texts are there. */
  readonly texts: number;
  /** Tokens a step of the entropies; 1: every token has its own, 0: there are none. */
  readonly binTokens: number;
  /** The problem does not end where its text does. */
  readonly problemCut: boolean;
  /** The verdict is to be shown only when asked for. */
  readonly hidesVerdict: boolean;
}

/**
 * The run as the text of a link, with as much as fits: outlines first, then the texts of the paths, the elected answer's
 * and the shortest before others. A problem that is too long is cut.
 * @param decision by the record's rules
 * @returns null where not even the votes fit
 */
export async function writeRunLink(
  record: RunRecord,
  decision: Decision,
  { tier, prefix = '', hide = false }: LinkOptions,
): Promise<WrittenLink | null> {
  const limit = LINK_LIMITS[tier] - prefix.length;
  const base = await fittingBase(shareBase(record, hide), tier, limit);
  if (base === null) return null;
  const problemCut = record.problem.length - base.problem.length;
  const usual = Math.max(OUTLINE_LIMIT, (await sizeOf(base)) + OUTLINE_LIMIT / 4);
  const most = tier === 'full' ? Math.min(limit, usual) : limit;
  let outlined = await withOutlines(record, base, most);
  // A long run's courses say more than how likely its paths were.
  if (tier === 'full' && outlined.bin === undefined) outlined = await withOutlines(record, withoutDrawn(base), most);
  const written = tier === 'compact' ? outlined : await withTexts(record, decision, outlined, limit);
  // What the texts have left over goes to finer outlines.
  const document = await withOutlines(record, written, limit);
  const { bin: binTokens = 0, texts = [] } = document;
  return { url: prefix + (await packLink(document)), binTokens, texts: texts.length, problemCut };
}

/** Reads what `writeRunLink` wrote, in this version or an earlier one. Never throws. */
export async function readRunLink(text: string): Promise<LinkResult<SharedRun>> {
  const unpacked = await unpackLink(text);
  if (!unpacked.ok) return unpacked;
  const parsed = parseVersioned(RUN_LINKS, unpacked.value);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  const record = recordOf(document);
  const texts = record.trace.paths.filter((path) => record.trace.pieces.has(path.tokens[0] ?? -1)).length;
  return {
    ok: true,
    value: { record, texts, binTokens: document.bin, problemCut: document.cut, hidesVerdict: document.hide },
  };
}

/** The base with as little of the problem left out as the tier allows. */
async function fittingBase(base: WrittenShare, tier: LinkTier, limit: number): Promise<WrittenShare | null> {
  const fits = async (candidate: WrittenShare) =>
    parseVersioned(RUN_LINKS, candidate).ok && (await sizeOf(candidate)) <= limit;
  const withDrawn = tier === 'full' ? [base] : compactBases(base);
  // How likely the paths are is good to have; whole problems and votes come first.
  const candidates = [...withDrawn, ...withDrawn.map(withoutDrawn)];
  for (const candidate of candidates) if (await fits(candidate)) return candidate;
  const [smallest = base] = candidates.toSorted((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
  const cutTo = (length: number): WrittenShare => ({
    ...smallest,
    problem: smallest.problem.slice(0, length),
    cut: true,
  });
  const length = await largest(base.problem.length, (end) => fits(cutTo(end)));
  return length === null ? null : cutTo(length);
}

function withoutDrawn(base: WrittenShare): WrittenShare {
  return { ...base, drawn: undefined };
}

/** With the finest outlines that keep within a limit; with none, or those that are there, where none does. */
async function withOutlines(record: RunRecord, base: WrittenShare, most: number): Promise<WrittenShare> {
  for (const bin of BINS) {
    const document = { ...base, bin, outlines: outlinesOf(record, bin) };
    if ((await sizeOf(document)) <= most) return document;
  }
  return base;
}

async function withTexts(
  record: RunRecord,
  decision: Decision,
  document: WrittenShare,
  limit: number,
): Promise<WrittenShare> {
  const texts = textsInOrder(record, decision);
  const first = (count: number) => (count === 0 ? document : { ...document, texts: texts.slice(0, count) });
  const count = await largest(texts.length, async (n) => (await sizeOf(first(n))) <= limit);
  return first(count ?? 0);
}

/** The elected answer's paths first, of each kind the shorter before the longer. */
function textsInOrder({ trace }: RunRecord, { groupOfPath, vote }: Decision): [number, string][] {
  const elected = vote.sasc?.group ?? null;
  const rank = (path: number) => (elected !== null && groupOfPath[path] === elected ? 0 : 1);
  return trace.paths
    .toSorted((a, b) => rank(a.index) - rank(b.index) || a.length - b.length || a.index - b.index)
    .flatMap((path): [number, string][] => {
      const text = separatedText(trace, path);
      return text === null || text === '' ? [] : [[path.index, text]];
    });
}

async function sizeOf(document: WrittenShare): Promise<number> {
  return (await packLink(document)).length;
}

/** The largest count up to `most` that fits, if what is smaller fits as well; null: not even 0 does. */
async function largest(most: number, fits: (count: number) => Promise<boolean>): Promise<number | null> {
  if (!(await fits(0))) return null;
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
