/** `+5` or `-5`, as the model writes terms. */
export function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}

/** The two ways of spacing that the training problems have. */
export function spacings(expression: string): readonly [string, string] {
  const spaced = expression
    .replace(/[-+*/=]/g, ' $& ')
    .replace('= - ', '= -')
    .replace('( - ', '(-');
  return [expression, spaced];
}
