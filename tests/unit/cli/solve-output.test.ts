import { describe, expect, it } from 'vitest';
import { solveDocument, type SolvedRun } from '../../../src/cli/solve-document';
import { solveTable } from '../../../src/cli/solve-table';
import type { MeasuredRules, RuleChoice } from '../../../src/method/auto-rule';
import { decideRun } from '../../../src/run/decide-run';
import { rulePaths } from '../../../src/run/rule-paths';
import { DEFAULT_RUN_SETTINGS } from '../../../src/run/settings';
import { RunTrace } from '../../../src/run/trace';
import { ruleElections } from '../../../src/run/rule-elections';
import { verdictOf } from '../../../src/run/verdict';

/** A run whose path i has written texts[i]; each character is a token. */
function solvedRun(
  texts: readonly string[],
  choice: RuleChoice = 'auto',
  measured: MeasuredRules | null = null,
): SolvedRun {
  const trace = new RunTrace(texts.length, 32);
  texts.forEach((text, i) => {
    const path = trace.paths[i];
    if (path === undefined) return;
    [...text].forEach((character, t) => {
      const id = character.charCodeAt(0);
      path.tokens[t] = id;
      path.entropy[t] = 0.25 * t;
      trace.pieces.set(id, { id, bytes: Uint8Array.of(id), special: false });
    });
    path.length = text.length;
    path.finish = 'stop';
    path.stability = text === '' ? null : (i + 1) / 10;
  });
  const decision = decideRun(trace, { zVariant: 'pool' });
  return {
    problem: 'x=?',
    reading: { kind: 'unknown', family: null },
    request: { problem: 'x=?', settings: { ...DEFAULT_RUN_SETTINGS, paths: texts.length, seed: 9 } },
    voting: { zVariant: 'pool', softness: 1 },
    trace,
    decision,
    verdict: verdictOf(ruleElections(rulePaths(trace, decision)), choice, measured),
    timing: { prefillMs: 2, decodeMs: 100, tokens: 40, tokensPerSecond: 400 },
    adapter: null,
    loaded: {
      loadMs: 1234,
      engine: {
        info: {
          engine: 'batch',
          modelId: 'tiny-math',
          parameterCount: 1,
          device: 'Some GPU',
          isSoftwareAdapter: false,
          quantization: 'q4f16_1',
          promptDigest: '',
          contextTokens: 256,
          bytesInUse: 1,
          loadMs: 1000,
        },
      },
    },
  };
}

describe('the document of solve', () => {
  const texts = ['\\boxed{1}', '\\boxed{1}', '\\boxed{2}', 'hm', '', '\\boxed{2}', '\\boxed{2}'];
  const run = solvedRun(texts);
  const document = solveDocument(run);

  it('has exactly the fields of its contract', () => {
    expect(Object.keys(document)).toEqual(
      'problem wording reading model engine device adapter seed settings paths vote timing'.split(' '),
    );
    expect(Object.keys(document.paths[0] ?? {})).toEqual(
      'index text tokens finish answer stability z weight status entropy'.split(' '),
    );
    expect(document).toMatchObject({
      problem: 'x=?',
      model: 'tiny-math',
      engine: 'batch',
      device: 'Some GPU',
      adapter: null,
      seed: 9,
      settings: { paths: 7, temperature: 1, topP: 1, maxTokens: 256, topK: 20, z: 'pool', softness: 1 },
      timing: { loadMs: 1234, prefillMs: 2, decodeMs: 100, tokens: 40, tokensPerSecond: 400 },
    });
    expect(Object.keys(document.timing)).toEqual('loadMs prefillMs decodeMs tokens tokensPerSecond'.split(' '));
    expect(document.settings).not.toHaveProperty('seed');
  });

  it('says of each path what became of it, with null for what does not exist', () => {
    expect(document.paths.map(({ status }) => status)).toEqual(
      'kept kept kept no-answer no-answer kept gated'.split(' '),
    );
    expect(document.paths[3]).toEqual({
      index: 3,
      text: 'hm',
      tokens: 2,
      finish: 'stop',
      answer: null,
      stability: 0.4,
      z: null,
      weight: null,
      status: 'no-answer',
      entropy: [0, 0.25],
    });
    expect(document.paths[4]).toMatchObject({ tokens: 0, stability: null, entropy: [] });
    expect(document.paths[6]).toMatchObject({ answer: '2', z: null, weight: null });
  });

  it('gives the vote in answers', () => {
    const { vote } = run.decision;
    expect(document.vote).toEqual({
      majority: '2',
      majorityCount: 3,
      sasc: '1',
      share: vote.sasc?.share,
      threshold: vote.threshold,
      rule: 'majority',
      reason: 'differ',
      lead: null,
      answer: '2',
    });
    expect(document.vote.threshold).toBeCloseTo(0.62, 12);
  });

  it('has nulls and a count of 0 where no path has an answer', () => {
    expect(solveDocument(solvedRun(['x', ''])).vote).toEqual({
      majority: null,
      majorityCount: 0,
      sasc: null,
      share: null,
      threshold: null,
      rule: 'majority',
      reason: 'differ',
      lead: null,
      answer: null,
    });
  });

  it('reads as a table too', () => {
    const lines = solveTable(document).split('\n');
    expect(lines[3]).toMatch(/^path +answer +s +z +w +tokens +finish +status$/);
    expect(lines[10]).toMatch(/^ +6 +2 +0\.700 +– +– +9 +stop +gated$/);
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^SASC: 1, share 0\.\d\d \(gate 0\.620 nats: 4 of 5 kept\)$/),
      'Majority: 2, 3 of 5',
      '40 tokens in 0.1 s (400 a second), loaded in 1.2 s',
    ]);
    expect(solveTable(solveDocument(solvedRun(['x'])))).toContain('SASC: no answer\nMajority: no answer');
  });

  it('says which rule decides, and why', () => {
    const lead = { value: 0.024, low: 0.01, high: 0.04 };
    const answerLine = (...asked: [RuleChoice, MeasuredRules | null]) =>
      solveTable(solveDocument(solvedRun(texts, ...asked)))
        .split('\n')
        .find((line) => line.startsWith('Answer'));
    expect(answerLine('auto', null)).toBe(
      'Answer: 2 (by majority: nothing is measured for this model; SASC and the majority differ)',
    );
    expect(answerLine('auto', { 'weight-only': lead })).toBe(
      'Answer: 1 (by weight-only: measured best for this model, +2.4 [+1.0, +4.0] points over the majority)',
    );
    expect(answerLine('sasc', null)).toBe('Answer: 1 (by sasc: chosen)');
    expect(answerLine('slip', null)).toBe('Answer: 2 (by majority: the chosen rule lacks data here)');
    expect(answerLine('auto', {})).toMatch(/by majority: no rule was measured to be better/);
  });

  it('names the adapter', () => {
    const adapted = solveDocument({ ...run, adapter: 'learned' });
    expect(adapted.adapter).toBe('learned');
    expect(solveTable(document)).toContain('\ntiny-math · batch on');
    expect(solveTable(adapted)).toContain('\ntiny-math + learned · batch on');
  });
});

describe('a problem that was worded anew', () => {
  const run = solvedRun(['\\boxed{5}']);
  const worded: SolvedRun = {
    ...run,
    problem: '3x + 5 = 20',
    reading: { kind: 'rewordable', family: 'linear', wording: 'Solve for x: 3x+5=20' },
    request: { ...run.request, problem: 'Solve for x: 3x+5=20' },
  };

  it('stands as it was given, beside what was sampled', () => {
    expect(solveDocument(worded)).toMatchObject({
      problem: '3x + 5 = 20',
      wording: 'Solve for x: 3x+5=20',
      reading: { kind: 'rewordable', family: 'linear' },
    });
    expect(solveTable(solveDocument(worded))).toMatch(/^3x \+ 5 = 20\nRead as: Solve for x: 3x\+5=20\n/);
  });

  it('is the problem itself otherwise', () => {
    expect(solveDocument(run)).toMatchObject({ wording: null, reading: { kind: 'unknown', family: null } });
    expect(solveDocument({ ...run, reading: null })).toMatchObject({ wording: null, reading: null });
    expect(solveTable(solveDocument(run))).not.toContain('Read as');
  });
});
