import { mulberry32 } from './random';

/** How many ways there are to choose k of n; 0 where k is not 0 … n. */
export function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}

/**
 * Sets of `size` of the items 0 … n − 1, each set in rising order: every one where there are no more than `most`, else
 * `most` that a seeded generator draws, all sets being equally likely.
 */
export function subsets(n: number, size: number, { seed = 1, most = 100 } = {}): number[][] {
  if (!(size >= 1 && size <= n)) throw new RangeError(`There is no set of ${size} of ${n}.`);
  return choose(n, size) <= most ? everySubset(n, size) : seededSubsets(n, size, seed, most);
}

function everySubset(n: number, size: number): number[][] {
  const all: number[][] = [];
  const extend = (chosen: readonly number[], next: number): void => {
    if (chosen.length === size) {
      all.push([...chosen]);
      return;
    }
    for (let item = next; item <= n - size + chosen.length; item++) extend([...chosen, item], item + 1);
  };
  extend([], 0);
  return all;
}

function seededSubsets(n: number, size: number, seed: number, count: number): number[][] {
  const random = mulberry32(seed);
  const items = Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: count }, () => {
    // The first `size` steps of a shuffle (Fisher and Yates).
    for (let i = 0; i < size; i++) {
      const other = i + Math.floor(random() * (n - i));
      [items[i], items[other]] = [items[other] ?? 0, items[i] ?? 0];
    }
    return items.slice(0, size).sort((a, b) => a - b);
  });
}
