import { describe, expect, it } from 'vitest';
import { answerClasses } from '../../../../src/answers/group';
import { DEFAULT_VOTE_OPTIONS } from '../../../../src/method/vote-types';
import { stabilityAtK } from '../../../../src/run/reported-k';
import { RunBoard } from '../../../../src/app/result/run-board.svelte';
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
