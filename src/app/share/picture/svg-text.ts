type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One SVG element as text. `content` is markup; texts go through `svgText`. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(typeof value === 'number' ? short(value) : String(value))}"`);
  return `<${name}${written.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`;
}

export function textElement(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(text));
}

/** Control characters and the like, which XML 1.0 cannot hold at all, are left out. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A text in lines of at most `width` px at this font size, as far as a count of characters can tell; "…" ends a cut one. */
export function wrapText(text: string, width: number, fontSize: number, mostLines: number): string[] {
  const lines: string[] = [];
  let line = '';
  // Between characters of Chinese a line may break anywhere, elsewhere at spaces.
  for (const word of text.replace(/\s+/g, ' ').match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s?|\s/g) ?? []) {
    if (line !== '' && textWidth(line + word.trimEnd(), fontSize) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  if (lines.length <= mostLines) return lines.map((one) => cutText(one, width, fontSize));
  return [...lines.slice(0, mostLines - 1), `${lines[mostLines - 1] ?? ''} …`].map((one) =>
    cutText(one, width, fontSize),
  );
}

/** As much of a text as there is room for. */
export function cutText(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let cut = [...text];
  while (cut.length > 0 && textWidth(`${cut.join('')}…`, fontSize) > width) cut = cut.slice(0, -1);
  return `${cut.join('')}…`;
}

/** About how wide a text is: there is nothing to measure it with outside a page. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += character > '\u2e7f' ? 1 : character === ' ' ? 0.3 : 0.56;
  return ems * fontSize;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
