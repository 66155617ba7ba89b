/** Longer patterns, or with more repetitions without an end, are not tried: they could take for ever on a module's name. */
const MAX_LENGTH = 4000;
const MAX_REPETITIONS = 8;

/**
 * A regular expression of Python's `re` that must match a whole name (`re.fullmatch`), as a test. PEFT's configurations hold
 * such patterns. SyntaxError for one that means nothing here, or that could take for ever.
 */
export function wholeMatcher(pattern: string): (name: string) => boolean {
  if (pattern.length > MAX_LENGTH) throw new SyntaxError(`it has ${pattern.length} characters`);
  const ignoresCase = pattern.startsWith('(?i)');
  const source = (ignoresCase ? pattern.slice('(?i)'.length) : pattern)
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?P=(\w+)\)/g, '\\k<$1>')
    .replace(/\\([AZ])/g, (_, letter) => (letter === 'A' ? '^' : '$'));
  if (couldExplode(source)) throw new SyntaxError('with so many repetitions it could take for ever');
  const expression = new RegExp(`^(?:${source})$`, ignoresCase ? 'i' : '');
  return (name) => expression.test(name);
}

/** Whether a repeated group repeats or chooses inside, so that the ways to match may double with each character. */
function couldExplode(source: string): boolean {
  /** Of each open group, and of the whole: whether it has several ways to match. */
  const open = [false];
  let repetitions = 0;
  // Escapes and classes are one item; a repetition stands behind its item.
  for (const [item] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])+\]|\)?(?:[*+]|\{\d*,\d*\})|[()|]|[^\\]/g)) {
    const repeats = /(?:[*+]|,\d*\})$/.test(item) && !item.startsWith('\\') && !item.startsWith('[');
    if (item.startsWith(')')) {
      const inner = open.pop() ?? false;
      if (repeats && inner) return true;
      open.push((open.pop() ?? false) || inner);
    }
    if (item === '(') open.push(false);
    if (item === '|' || repeats) open[open.length - 1] = true;
    if (repeats) repetitions++;
  }
  return repetitions > MAX_REPETITIONS;
}
