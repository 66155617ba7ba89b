import { COMMAND_OF } from './signs';

/** In ASCII, by the characters that mean it. */
const PLAIN: Readonly<Record<string, string>> = {
  '-': '−‑‐—﹣–', "'": '′’‘', ',': '、', '.': '。', '"': '“”「」', '°': 'º˚', '': '∴∵', '[': '【', ']': '】', ' cents ': '¢',
  '\\sqrt[3]': '∛', '\\sqrt[4]': '∜',
}; // prettier-ignore

/** Between two marks of the parser, or of no width: soft hyphens, joiners, marks of direction and byte order. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}/gu;
const KEPT = /[⁰¹²³⁴-⁹⁺⁻ⁿ₀-₉°\u4e00-\u9fff\ue000-\uf8ff]/;
/** Ranges of numbers: 10–20. Elsewhere the dash is a minus. */
const RANGE = /(?<=\d\s?)(?:–|\\text\s?\{\s?–\s?\})(?=\s?\d)/g;

/** Letters of other alphabets, signs, full-width forms and spaces, in ASCII and the names that TeX gives them. */
export function inAscii(text: string): string {
  if (/^[ -~\n\t]*$/.test(text)) return text;
  return text
    .replace(INVISIBLE, '')
    .replace(RANGE, '\\range ')
    .replace(/[^ -~\n\t]/gu, spelled);
}

function spelled(character: string): string {
  const known = plainOf(character);
  if (known !== undefined || KEPT.test(character)) return known ?? character;
  const plain = character.normalize('NFKC');
  const [, top, bottom] = /^(\d+)⁄(\d+)$/.exec(plain) ?? [];
  if (top !== undefined) return `\\frac{${top}}{${bottom}} `;
  // Double-struck letters are sets of numbers.
  if (/[ℕℤℚℝℂℙ]/.test(character)) return `\\mathbb{${plain}}`;
  // Ideographic forms of the table's characters: ，is already a comma by then.
  return [...plain].map((one) => plainOf(one) ?? one).join('');
}

function plainOf(character: string): string | undefined {
  const command = COMMAND_OF.get(character);
  if (command !== undefined) return `\\${command} `;
  return Object.keys(PLAIN).find((plain) => PLAIN[plain]?.includes(character));
}
