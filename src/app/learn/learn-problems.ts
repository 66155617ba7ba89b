import * as v from 'valibot';
import { askOwn } from '../../net/ask';
import type { LearnProblem } from '../../learn/types';
import type { ProblemFamily } from '../result/model-facts';

/** Most problems of a set: what a page can show, and a user wait for. */
const MAX_PROBLEMS = 512;

/** What is wrong with a line of a problem set. */
export interface ProblemFault {
  /** 1-based; null: the whole text. */
  readonly line: number | null;
  readonly reason: 'not-json' | 'no-problem' | 'same-id' | 'too-many';
}

export interface ParsedProblems {
  readonly problems: readonly LearnProblem[];
  /** The first one; with it, `problems` is empty. */
  readonly fault: ProblemFault | null;
}

const text = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((value) => String(value)),
);
const lineSchema = v.object({
  id: v.optional(text),
  problem: v.string(),
  answer: v.nullish(text),
  gold: v.nullish(text),
});

/**
 * A problem set as it is typed, pasted or opened: JSON Lines as the command line reads them ({problem, id?, answer? or
 * gold?}), or a problem a line with an optional known answer after a tab. Empty lines are left out; a problem without id
 * has its line's number.
 */
export function parseProblems(source: string): ParsedProblems {
  const problems: LearnProblem[] = [];
  const ids = new Set<string>();
  const failed = (line: number | null, reason: ProblemFault['reason']): ParsedProblems => ({
    problems: [],
    fault: { line, reason },
  });
  for (const [i, line] of source.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const problem = line.trimStart().startsWith('{') ? parseJsonLine(line, i + 1) : parseTextLine(line, i + 1);
    if (typeof problem === 'string') return failed(i + 1, problem);
    if (ids.has(problem.id)) return failed(i + 1, 'same-id');
    ids.add(problem.id);
    problems.push(problem);
    if (problems.length > MAX_PROBLEMS) return failed(null, 'too-many');
  }
  return { problems, fault: null };
}

function parseJsonLine(line: string, number: number): LearnProblem | ProblemFault['reason'] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not-json';
  }
  const parsed = v.safeParse(lineSchema, value);
  if (!parsed.success || parsed.output.problem.trim() === '') return 'no-problem';
  const { id, problem, answer, gold } = parsed.output;
  return { id: id ?? String(number), problem: problem.trim(), gold: goldOf(answer ?? gold) };
}

function parseTextLine(line: string, number: number): LearnProblem | ProblemFault['reason'] {
  const [problem = '', gold] = line.split('\t');
  if (problem.trim() === '') return 'no-problem';
  return { id: String(number), problem: problem.trim(), gold: goldOf(gold) };
}

function goldOf(answer: string | null | undefined): string | null {
  const known = answer?.trim() ?? '';
  return known === '' ? null : known;
}

export interface SplitProblems {
  readonly learned: readonly LearnProblem[];
  /** Evaluated, never learned from. */
  readonly heldOut: readonly LearnProblem[];
}

/** Holds out this share (0 … 0.5), evenly through the set, since sets are often sorted. The first one is always learned from. */
export function splitProblems(problems: readonly LearnProblem[], share: number): SplitProblems {
  const isHeldOut = (i: number): boolean => Math.floor((i + 1) * share) > Math.floor(i * share) && i > 0;
  return {
    learned: problems.filter((_, i) => !isHeldOut(i)),
    heldOut: problems.filter((_, i) => isHeldOut(i)),
  };
}

const exampleSchema = v.object({ id: v.string(), problem: v.string(), answer: v.string(), family: v.string() });

/** A problem that the embedded model was not trained on, and its kind. */
export type ExampleProblem = v.InferOutput<typeof exampleSchema>;

/** What built-in sets are made of; both are empty until they have been read. */
export interface BuiltInSets {
  readonly families: readonly ProblemFamily[];
  readonly examples: readonly ExampleProblem[];
}

/** The problems that come with the page, for built-in sets; empty where they cannot be read. */
export async function readExamples(modelId: string, baseUrl: string = document.baseURI): Promise<ExampleProblem[]> {
  try {
    const response = await askOwn(new URL(`problems/${modelId}-heldout.jsonl`, baseUrl));
    if (!response.ok) return [];
    const lines = (await response.text()).split('\n').filter((line) => line.trim() !== '');
    return lines.map((line) => v.parse(exampleSchema, JSON.parse(line)));
  } catch {
    return [];
  }
}

/** The first problems of a kind (null: of all kinds, mixed as they come), as the set's text. */
export function exampleSet(examples: readonly ExampleProblem[], family: string | null, count: number): string {
  const members = family === null ? examples : examples.filter((one) => one.family === family);
  return members
    .slice(0, count)
    .map(({ problem, answer }) => `${problem}\t${answer}`)
    .join('\n');
}
