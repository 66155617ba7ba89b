import { describe, expect, it } from 'vitest';
import { hasMath, splitMath } from '../../../../src/app/kit/split-math';

const plain = (text: string) => ({ text, math: false, display: false });
const math = (text: string, display = false) => ({ text, math: true, display });

describe('formulas in a problem', () => {
  it.each([
    ['Solve $7x+12=54$ for $x$.', [plain('Solve '), math('7x+12=54'), plain(' for '), math('x'), plain('.')]],
    ['\\(a\\) and \\[b\\]', [math('a'), plain(' and '), math('b', true)]],
    ['$$\\frac12$$', [math('\\frac12', true)]],
    ['It costs $3 and $5.', [plain('It costs $3 and $5.')]],
    ['from $3 to 4$5', [plain('from $3 to 4$5')]],
    ['\\$2 and $y$', [plain('\\$2 and '), math('y')]],
    ['open $x', [plain('open $x')]],
    ['', []],
  ])('%j', (text, parts) => {
    expect(splitMath(text)).toEqual(parts);
    expect(hasMath(text)).toBe(parts.some((part) => part.math));
  });
});
