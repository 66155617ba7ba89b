const SPELLINGS: Readonly<Record<string, string>> = {
  '−': '-', '‑': '-', '‐': '-', '—': '-', '﹣': '-', '∞': '\\infty ', '≤': '\\le ', '⩽': '\\le ', '≦': '\\le ',
  '≥': '\\ge ', '⩾': '\\ge ', '≧': '\\ge ', '≠': '\\ne ', '∪': '\\cup ', '∩': '\\cap ', '∈': '\\in ', '∉': '\\notin ',
  '×': '\\times ', '·': '*', '⋅': '*', '∗': '*', '•': '*', '÷': '/', '⁄': '/', '∕': '/', '√': '\\sqrt ', '∛': '\\sqrt[3]',
  '∜': '\\sqrt[4]', '∅': '\\emptyset ', 'Ø': '\\emptyset ', '±': '\\pm ', '∓': '\\mp ', '′': "'", '’': "'", '‘': "'",
  '∠': '\\angle ', '△': '\\triangle ', '≈': '\\approx ', '…': '\\ldots ', '⋯': '\\ldots ', '≡': '\\equiv ',
  '∖': '\\setminus ', '∶': ':', '⟨': '\\langle ', '⟩': '\\rangle ', '¬': '\\neg ', '∧': '\\land ', '∨': '\\lor ',
  '→': '\\to ', '⇒': '\\implies ', '⇔': '\\iff ', '↔': '\\iff ', '←': '\\leftarrow ', '⊂': '\\subset ', '⊃': '\\supset ',
  '⊆': '\\subseteq ', '⊇': '\\supseteq ', '∼': '\\sim ', '≅': '\\cong ', '∝': '\\propto ', '⊥': '\\perp ',
  '∥': '\\parallel ', '∣': '\\mid ', '∤': '\\nmid ', '∘': '\\circ ', '∀': '\\forall ', '∃': '\\exists ', '≪': '\\ll ',
  '≫': '\\gg ', '⊕': '\\oplus ', '⊗': '\\otimes ', '∴': '', '∵': '', '∑': '\\sum ', '∏': '\\prod ', '∫': '\\int ',
  '⌊': '\\lfloor ', '⌋': '\\rfloor ', '⌈': '\\lceil ', '⌉': '\\rceil ', '∂': '\\partial ', '∇': '\\nabla ',
  '、': ',', '。': '.', '【': '[', '】': ']', '“': '"', '”': '"', '「': '"', '」': '"', '¢': ' cents ', 'º': '°', '˚': '°',
  'ℝ': '\\mathbb{R}', 'ℤ': '\\mathbb{Z}', 'ℕ': '\\mathbb{N}', 'ℚ': '\\mathbb{Q}', 'ℂ': '\\mathbb{C}', 'ℙ': '\\mathbb{P}',
  'µ': '\\mu ', 'Ω': '\\Omega ',
}; // prettier-ignore

const GREEK: Readonly<Record<string, string>> = {
  α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', ζ: 'zeta', η: 'eta', θ: 'theta', ι: 'iota', κ: 'kappa',
  λ: 'lambda', μ: 'mu', ν: 'nu', ξ: 'xi', π: 'pi', ρ: 'rho', σ: 'sigma', τ: 'tau', υ: 'upsilon', φ: 'phi', χ: 'chi',
  ψ: 'psi', ω: 'omega', Γ: 'Gamma', Δ: 'Delta', Θ: 'Theta', Λ: 'Lambda', Ξ: 'Xi', Π: 'Pi', Σ: 'Sigma', Υ: 'Upsilon',
  Φ: 'Phi', Ψ: 'Psi', Ω: 'Omega', ϕ: 'phi', ϵ: 'epsilon', ς: 'sigma', ϑ: 'theta',
}; // prettier-ignore

/** Between two marks of the parser, or of no width: soft hyphens, joiners, marks of direction and byte order. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}/gu;
const KEPT = /[⁰¹²³⁴-⁹⁺⁻ⁿ₀-₉°–\u4e00-\u9fff\ue000-\uf8ff]/;
/** Ranges of numbers: 10–20. Elsewhere the dash is a minus. */
const RANGE = /(?<=\d)–(?=\d)/g;

/** Letters of other alphabets, signs, full-width forms and spaces, in ASCII and the names that TeX gives them. */
export function inAscii(text: string): string {
  if (/^[ -~\n\t]*$/.test(text)) return text;
  return text
    .replace(INVISIBLE, '')
    .replace(RANGE, '\\range ')
    .replace(/[^ -~\n\t]/gu, spelled);
}

function spelled(character: string): string {
  if (character === '–') return '-';
  const known = SPELLINGS[character];
  if (known !== undefined) return known;
  if (KEPT.test(character)) return character;
  const plain = character.normalize('NFKC');
  const [, top, bottom] = /^(\d+)⁄(\d+)$/.exec(plain) ?? [];
  if (top !== undefined) return `\\frac{${top}}{${bottom}} `;
  const greek = GREEK[character] ?? GREEK[plain];
  if (greek !== undefined) return `\\${greek} `;
  // Ideographic forms of the table's characters: ，is already a comma by then.
  return plain === character ? character : [...plain].map((one) => SPELLINGS[one] ?? one).join('');
}
