import { crc32 } from './crc32';
import { entropyCeiling } from '../../method/entropy';
import { fillFromOutline, outlineLength } from '../outline';
import type { RunRecord } from '../saved-run';
import { readOptions } from './run-schema';
import { type SharedDocument, TOKEN_SEPARATOR } from './share-schema';
import { type Finish, type PathTrace, RunTrace } from '../trace';

const FINISH: Readonly<Record<string, Finish>> = { s: 'stop', l: 'length', a: 'aborted' };

/** The run that a link holds. Entropies are filled in from the outlines; answers and stabilities are the run's own. */
export function recordOf(document: SharedDocument): RunRecord {
  const { problem, gold } = document;
  const [temperature, topP, maxTokens, entropyK, seed] = document.asked;
  const [model, engine, device, adapter] = document.by;
  const trace = new RunTrace(document.answer.length, document.room);
  trace.paths.forEach((path) => fillPath(path, document));
  fillEntropies(trace, document);
  const vocabulary = new Map<string, number>();
  for (const [index, text] of document.texts) fillText(trace, trace.paths[index], text, vocabulary);
  trace.version++;
  return {
    id: document.id ?? idOf(document),
    createdAt: new Date(document.at * 1000).toISOString(),
    problem,
    gold,
    settings: { paths: trace.pathCount, temperature, topP, maxTokens, entropyK, seed },
    model: { id: model, engine, adapter, device },
    voteOptions: readOptions(document.rules),
    verdict: verdictIn(document),
    timing: timingOf(document.times),
    trace,
    detail: 'outline',
  };
}

/** The same for the same link. Random ones need a secure context, which a school's own server may not be. */
function idOf(document: SharedDocument): string {
  return `link-${crc32(new TextEncoder().encode(JSON.stringify(document)))
    .toString(16)
    .padStart(8, '0')}`;
}

function verdictIn({ verdict, answers }: SharedDocument): RunRecord['verdict'] {
  if (verdict === undefined) return null;
  const [rule, answer, share] = verdict;
  return { rule, answer: answers[answer] ?? null, share };
}

function timingOf(times: SharedDocument['times']): RunRecord['timing'] {
  if (times === undefined) return null;
  const [prefillMs, decodeMs, tokensPerSecond] = times;
  return { prefillMs, decodeMs, tokensPerSecond };
}

function fillPath(path: PathTrace, document: SharedDocument): void {
  const { index } = path;
  path.length = document.tokens[index] ?? 0;
  path.finish = FINISH[document.ends.charAt(index)] ?? 'aborted';
  path.stability = document.s[index] ?? null;
  path.meanEntropy = document.mean?.[index] ?? null;
  path.drawn = drawnIn(document, index);
  path.answer = document.answers[document.answer[index] ?? -1] ?? null;
  // Unknown tokens must not look like one repeated token.
  for (let t = 0; t < path.length; t++) path.tokens[t] = 0xffffffff - t;
}

function drawnIn({ drawn, tokens }: SharedDocument, index: number): PathTrace['drawn'] {
  const [pathLogprob, slip, slipStep] = drawn?.map((column) => column[index]) ?? [];
  if (pathLogprob === undefined || slip === undefined || slipStep === undefined) return undefined;
  return slipStep < (tokens[index] ?? 0) ? { pathLogprob, slip, slipStep } : undefined;
}

function fillEntropies({ paths }: RunTrace, { bin, outlines, asked }: SharedDocument): void {
  const ceiling = entropyCeiling(asked[3]);
  let at = 0;
  for (const path of paths) {
    if (bin === 0) {
      path.entropy.fill(path.meanEntropy ?? 0, 0, path.length);
      continue;
    }
    const size = outlineLength(path.length, bin);
    fillFromOutline(outlines.slice(at, at + size), bin, ceiling, path.entropy, path.length);
    at += size;
    path.meanEntropy ??= meanOf(path.entropy.subarray(0, path.length));
  }
}

/** Tokens get numbers in order of first sight; a text that has not the path's tokens is left out. */
function fillText(trace: RunTrace, path: PathTrace | undefined, text: string, vocabulary: Map<string, number>): void {
  const tokens = text.split(TOKEN_SEPARATOR);
  if (path === undefined || tokens.length !== path.length) return;
  const encoder = new TextEncoder();
  tokens.forEach((token, t) => {
    // The end of text is special, and no part of the text.
    const special = token === '' && t === path.length - 1 && path.finish === 'stop';
    const key = special ? TOKEN_SEPARATOR : token;
    const id = vocabulary.get(key) ?? vocabulary.size;
    vocabulary.set(key, id);
    path.tokens[t] = id;
    trace.pieces.set(id, { id, bytes: encoder.encode(special ? END_MARK : token), special });
  });
}

const END_MARK = '■';

function meanOf(values: Float32Array): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
