import * as v from 'valibot';

/** What a recorded run of the gallery shows; `learns` has two, with the same seed before and after. */
export const GALLERY_KINDS = ['unanimous', 'majority-wrong', 'both-wrong', 'split', 'learns'] as const;
export type GalleryKind = (typeof GALLERY_KINDS)[number];

const entrySchema = v.object({
  kind: v.picklist(GALLERY_KINDS),
  /** Kind of problem, as the model's families.json names it. */
  family: v.string(),
  problem: v.string(),
  gold: v.string(),
  /** Answers elected in the last of the runs. */
  sasc: v.string(),
  majority: v.string(),
  paths: v.pipe(v.number(), v.integer()),
  /** Files beside the index, in the order in which they were recorded. */
  runs: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z-]+\.json$/))), v.minLength(1)),
});

/** public/gallery/index.json, as tools/gallery writes it. */
export const GalleryIndexSchema = v.object({ version: v.literal(1), entries: v.array(entrySchema) });
export type GalleryIndex = v.InferOutput<typeof GalleryIndexSchema>;
export type GalleryEntry = GalleryIndex['entries'][number];
