import { mulberry32, seedOf } from '../method/random';

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
