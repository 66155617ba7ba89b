import * as v from 'valibot';
import { RUN_ENGINES } from '../engine-kind';
import { DEFAULT_VOTE_OPTIONS } from '../../method/vote-types';
import { RULE_IDS } from '../../method/rules';
import { OUTLINE_PATTERN } from '../outline';
import { count, finite, MAX_TOKENS, settingsEntries, share, voteOptionsSchema, writeOptions } from './run-schema';
import { MOST_PROBLEM_CHARACTERS, RUN_SETTINGS } from '../settings';
import type { VersionedSchema } from './versioned';

/** Version of the link's JSON that is written. */
export const SHARE_VERSION = 1;

/** Tokens of all paths together that memory is allocated for: a short link could ask for gigabytes otherwise. */
export const MAX_TOTAL_TOKENS = 2 ** 19;

/** Stands between the tokens of a text: a character that no model writes. */
export const TOKEN_SEPARATOR = '\u007f';

const { temperature, topP, maxTokens, entropyK, seed } = settingsEntries;
const MOST_PATHS = RUN_SETTINGS.paths.max;
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
/** No entropy is larger than ln 64: beyond, figures would only break scales. */
const nats = v.pipe(finite, v.minValue(0), v.maxValue(100));
const answerIndex = v.pipe(v.number(), v.integer(), v.minValue(-1));
const perPath = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(MOST_PATHS));

const runSchema = v.pipe(
  v.object({
    v: v.literal(SHARE_VERSION),
    /** Left out of compact links. */
    id: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64))),
    /** When it was sampled: seconds since 1970. */
    at: count(1e10),
    problem: text(MOST_PROBLEM_CHARACTERS),
    /** The problem is cut: the rest did not fit. */
    cut: v.optional(v.boolean(), false),
    gold: v.optional(v.nullable(text(500)), null),
    /** Temperature, top-p, most tokens, K, seed. */
    asked: v.tuple([temperature, topP, maxTokens, entropyK, seed]),
    /** Model, engine, GPU, adapter. */
    by: v.tuple([text(100), v.picklist(RUN_ENGINES), text(100), v.nullable(text(100))]),
    /** Those of the vote's rules that differ from the defaults. */
    rules: v.pipe(
      v.optional(v.looseObject({}), {}),
      v.transform((changed) => ({ ...writeOptions(DEFAULT_VOTE_OPTIONS), ...changed })),
      voteOptionsSchema,
    ),
    /** Of prompt and paths in ms; tokens a second. */
    times: v.optional(v.tuple([finite, finite, finite])),
    /** Most tokens that a path could have. */
    room: v.pipe(count(MAX_TOKENS), v.minValue(1)),
    /** Each answer as it was written, once. */
    answers: perPath(text(2000)),
    /** Of each path: its answer's index in `answers`; −1: none. */
    answer: v.pipe(perPath(answerIndex), v.minLength(1)),
    /** The rule that decided, the index of its answer (−1: none) and its share; left out where SASC decided. */
    verdict: v.optional(v.tuple([v.picklist(RULE_IDS), answerIndex, v.nullable(share)])),
    tokens: perPath(count(MAX_TOKENS)),
    /** s in nats. z, weights and the vote follow from it, the answers and the rules. */
    s: perPath(v.nullable(nats)),
    /** Mean entropy in nats; left out of compact links. */
    mean: v.optional(perPath(v.nullable(nats))),
    /**
     * Σ ln p of the drawn tokens, largest slip and its step, a column each, for the rules that go by them; left out where
     * they are not known or do not fit.
     */
    drawn: v.optional(
      v.tuple([
        perPath(v.pipe(finite, v.maxValue(0))),
        perPath(v.pipe(finite, v.minValue(0))),
        perPath(count(MAX_TOKENS)),
      ]),
    ),
    /** How each path ended, a letter each: stop, length, aborted. */
    ends: v.pipe(v.string(), v.regex(/^[sla]+$/)),
    /** Tokens that a character, or beyond 1 two, of the outlines cover; 0: there are none. */
    bin: v.optional(count(MAX_TOKENS), 0),
    outlines: v.optional(v.pipe(v.string(), v.regex(OUTLINE_PATTERN)), ''),
    /** Path, and its text with a separator between its tokens. */
    texts: v.optional(perPath(v.tuple([count(MOST_PATHS - 1), v.string()])), []),
    /** The reader is to think first. */
    hide: v.optional(v.boolean(), false),
  }),
  v.check(({ answer, tokens, s, mean, drawn = [], ends }) => {
    const columns = drawn.map((column) => column.length);
    const counts = [tokens.length, s.length, mean?.length ?? answer.length, ends.length, ...columns];
    return counts.every((length) => length === answer.length);
  }, 'One of each a path.'),
  v.check(
    ({ answer, answers, verdict }) => [...answer, verdict?.[1] ?? -1].every((index) => index < answers.length),
    'An answer that is there.',
  ),
  v.check(({ tokens, room }) => tokens.every((length) => length <= room), 'No path is longer than the run allows.'),
  v.check(({ answer, room }) => answer.length * room <= MAX_TOTAL_TOKENS, 'A run that there is room for.'),
);

/** A run as a link holds it, before and after what it leaves out has been put in. */
export type WrittenShare = v.InferInput<typeof runSchema>;
export type SharedDocument = v.InferOutput<typeof runSchema>;

/** The JSON of links to runs. */
export const RUN_LINKS: VersionedSchema<SharedDocument> = { version: SHARE_VERSION, migrations: [], schema: runSchema };
