/** LaTeX that answers commonly hold, as the plain characters that fit a chip; anything else stays as it was written. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, '$1/$2'],
  [/\\sqrt\s*\{([^{}]*)\}/g, '√$1'],
  [/\\text\s*\{([^{}]*)\}/g, '$1'],
  [/\\(left|right|,|;|!|\$)/g, ''],
  [/\s*\\(cdot|times)\s*/g, '·'],
  [/\\pi(?![a-z])\s*/g, 'π'],
  [/\^\{?\\circ\}?/g, '°'],
  [/\^\{([^{}]*)\}/g, '^$1'],
  [/\\infty(?![a-z])/g, '∞'],
  [/\\%/g, '%'],
];

/** An answer as a chip or a sentence shows it: "\frac{9}{2}" is 9/2. For the eye only: never compare what this returns. */
export function answerText(answer: string): string {
  return REPLACEMENTS.reduce((text, [pattern, plain]) => text.replace(pattern, plain), answer).trim();
}
