import { expect, it } from 'vitest';
import { walkLearning } from '../faults/learn-walk';
import { walkRun } from '../faults/run-walk';

/** The whole walks; tests/faults takes a few steps of them. */

it('a run that loses its device after any submit ends as it would have ended', async () => {
  const whole = await walkRun({ kind: 'none' });
  for (let submit = 0; submit < whole.submits; submit++) {
    const walked = await walkRun({ kind: 'lost', submit });
    expect([submit, walked.status, walked.paths, walked.elected]).toEqual([submit, 'done', whole.paths, whole.elected]);
  }
  console.log(`A run: lost after each of ${whole.submits} submits.`);
});

it('a learning step that loses its device after any submit has handed over the adapter of before or after it', async () => {
  const whole = await walkLearning({ kind: 'none' });
  let finished = 0;
  for (let submit = 0; submit < whole.submits; submit++) {
    const { checkpoints } = await walkLearning({ kind: 'lost', submit });
    finished += checkpoints.length;
    expect([submit, checkpoints]).toEqual([submit, checkpoints.length === 0 ? [] : whole.checkpoints]);
  }
  console.log(`A learning step: lost after each of ${whole.submits} submits; ${finished} times it had ended before.`);
});

it('a learning step for which any allocation fails leaves nothing behind', async () => {
  const whole = await walkLearning({ kind: 'none' });
  for (let allocation = 0; allocation < whole.allocations; allocation++) {
    const { code, checkpoints, adapter, leftBytes } = await walkLearning({ kind: 'no-memory', allocation });
    const nothing = [allocation, 'out-of-memory', [], null, 0];
    expect([allocation, code, checkpoints, adapter, leftBytes]).toEqual(nothing);
  }
  console.log(`A learning step: each of ${whole.allocations} allocations failed.`);
});
