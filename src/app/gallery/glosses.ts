import { m } from '../../paraglide/messages.js';
import type { GalleryKind } from './gallery-index';

// Apart from the titles, which the first page shows.

const GLOSSES: Readonly<Record<GalleryKind, () => string>> = {
  unanimous: m.gallery_unanimous_gloss,
  'majority-wrong': m.gallery_majority_wrong_gloss,
  'both-wrong': m.gallery_both_wrong_gloss,
  split: m.gallery_split_gloss,
  learns: m.gallery_learns_gloss,
};

/** The recording's problem in the reader's language; '': it is in it. */
export const galleryGloss = (kind: GalleryKind): string => GLOSSES[kind]();
