import { mulberry32 } from '../method/random';

/**
 * A 32-bit seed from a few parts, so that what is drawn depends on the place it is drawn for and not on what was drawn
 * before: a resumed run takes the steps that an uninterrupted one takes. FNV-1a over the parts, mixed as MurmurHash3 ends.
 */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify(parts))) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The problems of a step (1-based): each epoch goes through a set in an order of its own; what no longer makes a full step
 * is left out of that epoch. A set smaller than a step is taken whole.
 */
export function problemsOfStep<Problem>(
  problems: readonly Problem[],
  perStep: number,
  seed: number,
  step: number,
): Problem[] {
  const size = Math.min(perStep, problems.length);
  const stepsPerEpoch = Math.floor(problems.length / size);
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const start = ((step - 1) % stepsPerEpoch) * size;
  return shuffled(problems, seedOf(seed, 'epoch', epoch)).slice(start, start + size);
}

/** Fisher and Yates's shuffle. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = mulberry32(seed);
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as Item, order[i] as Item];
  }
  return order;
}
