import { m } from '../../paraglide/messages.js';
import { answerText } from '../kit/charts/answer-text';
import type { GalleryEntry, GalleryKind } from './gallery-index';

interface KindWords {
  readonly title: () => string;
  /** What the run shows, whatever its problem. */
  readonly sentence: () => string;
  /** What to look at while it plays. */
  readonly look: (answers: { sasc: string; majority: string; gold: string }) => string;
}

const WORDS: Readonly<Record<GalleryKind, KindWords>> = {
  unanimous: {
    title: m.gallery_unanimous_title,
    sentence: m.gallery_unanimous,
    look: m.gallery_unanimous_look,
  },
  'majority-wrong': {
    title: m.gallery_majority_wrong_title,
    sentence: m.gallery_majority_wrong,
    look: m.gallery_majority_wrong_look,
  },
  'both-wrong': {
    title: m.gallery_both_wrong_title,
    sentence: m.gallery_both_wrong,
    look: m.gallery_both_wrong_look,
  },
  split: { title: m.gallery_split_title, sentence: m.gallery_split, look: m.gallery_split_look },
  learns: { title: m.gallery_learns_title, sentence: m.gallery_learns, look: m.gallery_learns_look },
};

export const galleryTitle = (kind: GalleryKind): string => WORDS[kind].title();
export const gallerySentence = (kind: GalleryKind): string => WORDS[kind].sentence();

function answersOf({ sasc, majority, gold }: GalleryEntry) {
  return { sasc: answerText(sasc), majority: answerText(majority), gold: answerText(gold) };
}

export const galleryLook = (entry: GalleryEntry): string => WORDS[entry.kind].look(answersOf(entry));
export const galleryVerdict = (entry: GalleryEntry): string => m.gallery_verdict(answersOf(entry));
