/** How an answer looks everywhere: a colour and a shape, in order of first sight. The fifth and later share the grey cross. */

interface AnswerLook {
  /** CSS custom property of tokens.css. */
  readonly colorName: string;
  /** Outline in a 10 × 10 box. */
  readonly shape: string;
}

const LOOKS: readonly AnswerLook[] = [
  { colorName: '--ans-a', shape: 'M5 1a4 4 0 1 0 0 8a4 4 0 1 0 0-8z' },
  { colorName: '--ans-b', shape: 'M1.4 1.4h7.2v7.2H1.4z' },
  { colorName: '--ans-c', shape: 'M5 .9 9.4 8.8H.6z' },
  { colorName: '--ans-d', shape: 'M5 .2 9.8 5 5 9.8 .2 5z' },
];

const FURTHER: AnswerLook = { colorName: '--ans-none', shape: 'M3.5 1h3v2.5H9v3H6.5v2.5h-3V6.5H1v-3h2.5z' };

/** Look of an answer group (0, 1, 2 …); null, no answer, has the grey alone. */
export function answerLook(group: number | null): AnswerLook {
  return (group === null ? undefined : LOOKS[group]) ?? FURTHER;
}

/** The same colour as a CSS value. */
export function answerColor(group: number | null): string {
  return `var(${answerLook(group).colorName})`;
}
