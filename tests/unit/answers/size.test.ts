import { expect, it } from 'vitest';
import { answersBytes } from '../../fixtures/answers-size';

/** Bytes, gzipped: it may only become smaller. */
const MOST_BYTES = 34_000;

it('comparing answers stays small', async () => {
  expect(await answersBytes()).toBeLessThanOrEqual(MOST_BYTES);
});
