import { expect, it } from 'vitest';
import { answerText } from '../../../../src/app/kit/charts/answer-text';

it.each([
  ['12', '12'],
  ['\\frac{9}{2}', '9/2'],
  ['-\\dfrac{3}{4}', '-3/4'],
  ['2\\sqrt{3}', '2√3'],
  ['\\left(1, 2\\right)', '(1, 2)'],
  ['3 \\cdot 2^{5}', '3·2^5'],
  ['\\pi r', 'πr'],
  ['90^\\circ', '90°'],
  ['25\\%', '25%'],
  ['5\\text{ cm}', '5 cm'],
  ['\\binom{4}{2}', '\\binom{4}{2}'],
])('%s is shown as %s', (answer, shown) => {
  expect(answerText(answer)).toBe(shown);
});
