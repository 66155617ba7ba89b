import { unitNamed, unitText } from './units';
import { scaleOf } from './words';

/** What stands behind a value: 5 million square metres of land. */
export interface Measure {
  /** What the value is to be multiplied with: 10^6. */
  readonly scale: bigint;
  /** In one spelling: "km^2", "h^-1 km"; empty if there is none. */
  readonly unit: string;
  /** Words that are no unit, in lower case. */
  readonly words: string;
}

const POWERS: Readonly<Record<string, number>> = {
  square: 2,
  sq: 2,
  squared: 2,
  cubic: 3,
  cu: 3,
  cubed: 3,
  平方: 2,
  立方: 3,
};
const FILLERS = new Set([
  'a',
  'an',
  'of',
  'the',
  'in',
  'per',
  'and',
  'each',
  'total',
  'all',
  'long',
  'away',
  'exactly',
  'cent',
]);

/** Reads words, and signs between them: "meters per second", "m / s ^ 2", "sq. in". */
export function measureFrom(text: string): Measure {
  const parts = text.replace(/per cent\b/gi, 'percent').match(/[a-zA-Z]+|\d+|[/^%°-]|[\u4e00-\u9fff]+/g) ?? [];
  const powers = new Map<string, number>();
  const words: string[] = [];
  let scale = 1n;
  let sign = 1;
  let next = 1;
  let last = '';
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? '';
    const lower = part.toLowerCase();
    const power = POWERS[lower] ?? (/^(?:平方|立方)/.test(part) ? POWERS[part.slice(0, 2)] : undefined);
    const scaled = powers.size === 0 && words.length === 0 ? scaleOf(lower) : undefined;
    if (scaled !== undefined) scale *= scaled;
    else if (part === '/' || lower === 'per' || part === '每') sign = -1;
    else if (part === '^') {
      const isNegative = parts[i + 1] === '-';
      const exponent = Number(parts[i + (isNegative ? 2 : 1)] ?? 1) * (isNegative ? -1 : 1);
      if (last !== '') powers.set(last, (powers.get(last) ?? 1) * exponent);
      i += isNegative ? 2 : 1;
    } else if (power !== undefined && !/squared|cubed/.test(lower)) {
      next = power;
      if (part.length > 2 && /^[\u4e00-\u9fff]/.test(part)) parts.splice(i + 1, 0, part.slice(2));
    } else if (power !== undefined && last !== '') powers.set(last, (powers.get(last) ?? 1) * power);
    else {
      const unit = temperature(lower, last) ?? unitNamed(part)?.name;
      if (unit !== undefined) {
        if (/^(?:celsius|fahrenheit)$/.test(unit)) powers.delete('°');
        powers.set(unit, (powers.get(unit) ?? 0) + sign * next);
        last = unit;
      } else if (!FILLERS.has(lower) && lower !== '-') words.push(lower.length > 1 ? lower : part);
      next = 1;
      if (unit === undefined) sign = 1;
    }
  }
  return { scale, unit: unitText(powers), words: words.join(' ') };
}

/** °C and °F; C and F by themselves are letters. */
function temperature(lower: string, last: string): string | undefined {
  if (last !== '°') return undefined;
  return lower === 'c' ? 'celsius' : lower === 'f' ? 'fahrenheit' : undefined;
}
