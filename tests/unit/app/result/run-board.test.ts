import { describe, expect, it } from 'vitest';
import { answerClasses } from '../../../../src/answers/group';
import { DEFAULT_VOTE_OPTIONS } from '../../../../src/method/vote-types';
import { stabilityAtK } from '../../../../src/run/reported-k';
import { RunBoard } from '../../../../src/app/result/run-board.svelte';
import type { MeasuredFacts } from '../../../../src/app/result/model-facts';
import { savedVerdict } from '../../../../src/run/verdict';
import { sampleRun } from '../../run/sample-run';

function boardOf(run = sampleRun()) {
  const board = new RunBoard({ classes: async (answers) => answerClasses(answers) });
  board.show(run.trace, run);
  const view = () => {
    if (board.view === null) throw new Error('The board shows a run.');
    return board.view;
  };
  return { board, view };
}

it('knows from the run’s own engine whether its paths were written one after another', () => {
  const run = sampleRun();
  expect(boardOf({ ...run, model: { ...run.model, engine: 'webllm' } }).view().oneAfterAnother).toBe(true);
  expect(boardOf({ ...run, model: { ...run.model, engine: 'batch' } }).view().oneAfterAnother).toBe(false);
});

describe('other rules on a board', () => {
  it('take the vote again beside the run’s own, and go when they are reset', () => {
    const { board, view } = boardOf();
    const own = view().decision;
    expect(view().own.decision).toBe(own);
    board.tryRules({ entropyK: 5 });
    expect(view().voteOptions).toEqual({ ...DEFAULT_VOTE_OPTIONS, entropyK: 5 });
    expect(view().own).toEqual({ decision: own, voteOptions: DEFAULT_VOTE_OPTIONS });
    const [first] = view().trace.paths;
    if (first === undefined) throw new Error('The run has paths.');
    expect(view().decision.vote.paths[0]?.stability).toBe(stabilityAtK(first, 5));
    board.resetRules();
    expect(view().voteOptions).toBe(view().own.voteOptions);
    expect(view().decision).toBe(view().own.decision);
  });

  it('lose a gate by hand whose scale they change, and keep it otherwise', () => {
    const { board, view } = boardOf();
    board.setThreshold(0.15);
    board.tryRules({ softness: 4 });
    expect(view().voteOptions).toMatchObject({ softness: 4, threshold: 0.15 });
    board.tryRules({ lengthAdjusted: true });
    expect(view().voteOptions).toMatchObject({ softness: 4, lengthAdjusted: true, threshold: null });
  });

  it('stay tried when the run’s own rules change, until those are the same', () => {
    const { board, view } = boardOf();
    board.tryRules({ softness: 4, zVariant: 'pool' });
    board.setVoteOptions({ softness: 4 });
    expect(view().own.voteOptions).toEqual({ ...DEFAULT_VOTE_OPTIONS, softness: 4 });
    board.setVoteOptions({ softness: 1 });
    expect(view().voteOptions).toEqual({ ...DEFAULT_VOTE_OPTIONS, zVariant: 'pool' });
  });

  it('belong to one run: the next begins with its own', () => {
    const { board, view } = boardOf();
    board.tryRules({ softness: 4 });
    const next = sampleRun();
    board.show(next.trace, next);
    expect(view().voteOptions).toEqual(DEFAULT_VOTE_OPTIONS);
  });

  it('have the run’s own K alone where a run holds no other', () => {
    const run = sampleRun();
    for (const path of run.trace.paths) path.entropyAtReportedK.fill(0);
    const { board, view } = boardOf(run);
    board.tryRules({ entropyK: 5 });
    expect(view().voteOptions.entropyK).toBeNull();
    expect(view().decision.vote).toEqual(view().own.decision.vote);
  });
});

describe('the verdict on a board', () => {
  const lead = { value: 0.02, low: 0.01, high: 0.03 };
  const facts: MeasuredFacts = {
    ...{ problems: 500, paths: 16, passAt1: { value: 0.6, low: 0.5, high: 0.7 } },
    ...{ rules: {}, overMajority: { slip: lead }, signals: {} },
  };

  it('is by the rule that was measured best for the run’s model, and for no other model', () => {
    const run = sampleRun();
    const { board, view } = boardOf(run);
    expect(['agree', 'differ']).toContain(view().verdict.reason);
    board.setMeasured({ id: 'another', facts });
    expect(view().verdict.rule).not.toBe('slip');
    board.setMeasured({ id: run.model.id, facts });
    expect(view().verdict).toMatchObject({ rule: 'slip', reason: 'measured', lead });
    expect(view().measured?.facts).toBe(facts);
    board.show(run.trace, { ...run, model: { ...run.model, adapter: 'learned' } });
    expect(view().verdict.rule).not.toBe('slip');
  });

  it('is by a rule that was chosen, which follows the gate where it is SASC', () => {
    const { board, view } = boardOf();
    board.setVerdictRule('majority');
    expect(view().verdict).toMatchObject({ rule: 'majority', reason: 'chosen' });
    expect(view().verdict.group).toBe(view().decision.vote.majority?.group);
    board.setVerdictRule('sasc');
    board.setThreshold(0);
    expect(view().decision.vote.sasc).toBeNull();
    expect(view().verdict).toMatchObject({ rule: 'sasc', group: null, share: null });
    board.setThreshold(null);
    expect(view().verdict.group).toBe(view().decision.vote.sasc?.group);
  });

  it('of a saved run is the one that was taken; SASC’s, where the run is older than other rules', () => {
    const run = sampleRun();
    const { board, view } = boardOf(run);
    board.setVerdictRule('majority');
    const saved = savedVerdict(view().verdict, view().decision);
    expect(saved).toMatchObject({ rule: 'majority', answer: '5' });
    board.setVerdictRule('auto');
    board.show(run.trace, run, DEFAULT_VOTE_OPTIONS, saved);
    expect(view().verdict).toMatchObject({ rule: 'majority', reason: 'saved', share: saved.share });
    board.show(run.trace, run, DEFAULT_VOTE_OPTIONS, null);
    expect(view().verdict).toMatchObject({ rule: 'sasc', share: view().decision.vote.sasc?.share });
  });
});
