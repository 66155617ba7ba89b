import { m } from '../paraglide/messages.js';
import { getLocale } from '../paraglide/runtime.js';

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(digits: number): Intl.NumberFormat {
  const locale = getLocale();
  const key = `${locale} ${digits}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format;
}

/** A number with a fixed count of decimals, grouped as the locale does, and with a real minus sign (as wide as a digit). */
export function formatFixed(value: number, digits: number): string {
  // Adding 0 turns -0 into 0.
  const rounded = Number(value.toFixed(digits)) + 0;
  return numberFormat(digits).format(rounded).replace('-', '\u2212');
}

/** Shown where there is no figure. */
export const NO_FIGURE = '–';

/** A difference of two shares (0 … 1) in percentage points, with its sign: "+2.2". */
export function formatPoints(difference: number): string {
  const text = formatFixed(100 * difference, 1);
  return difference > 0 ? `+${text}` : text;
}

/** As `formatFixed`, with `NO_FIGURE` for null. */
export function formatKnown(value: number | null, digits: number): string {
  return value === null ? NO_FIGURE : formatFixed(value, digits);
}

/** A whole number, grouped as the locale does. */
export function formatCount(value: number): string {
  return numberFormat(0).format(value);
}

/** "a, b, c", without an "and". */
export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(getLocale(), { type: 'conjunction', style: 'narrow' }).format(items);
}

/** Between two clauses of a sentence, and between two sentences. */
const JOINTS = { en: { clause: ', ', sentence: ' ' }, zh: { clause: '，', sentence: '' } } as const;

export function joinClauses(clauses: readonly string[]): string {
  return clauses.join(JOINTS[getLocale()].clause);
}

export function joinSentences(sentences: readonly string[]): string {
  return sentences.join(JOINTS[getLocale()].sentence);
}

/** A day and a time, as the locale writes them. */
export function formatMoment(moment: Date): string {
  return new Intl.DateTimeFormat(getLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(moment);
}

/** "8 s", "2 min 05 s" */
export function formatDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return m.time_seconds({ seconds });
  return m.time_minutes({ minutes: Math.floor(seconds / 60), seconds: String(seconds % 60).padStart(2, '0') });
}

/** "698 kB", "869 MB", "3.09 GB": decimal units, as downloads are usually counted. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e9) return m.models_bytes_gb({ count: formatFixed(bytes / 1e9, 2) });
  if (bytes >= 1e6) return m.models_bytes_mb({ count: formatFixed(bytes / 1e6, 0) });
  return m.models_bytes_kb({ count: formatFixed(bytes / 1e3, 0) });
}

/** The form of a message that the locale uses for this count. */
export function plural(count: number, forms: { readonly one: string; readonly other: string }): string {
  return new Intl.PluralRules(getLocale()).select(count) === 'one' ? forms.one : forms.other;
}

/** Figures come from 32-bit floats: what is nearer to nought is their rounding. */
const ROUNDING = 1e-9;

/** A number of three decimals, or with a power of ten where those would say nothing: "0.021", "6.2e−5". */
export function formatSmall(value: number): string {
  if (Math.abs(value) < ROUNDING) return formatFixed(0, 0);
  if (Math.abs(value) >= 0.001) return formatFixed(value, 3);
  return value.toExponential(1).replace('.0e', 'e').replaceAll('-', '\u2212');
}

/** "35 %" of a share of 0 … 1. */
export function formatPercent(share: number): string {
  return m.facts_percent({ value: formatFixed(100 * share, 0) });
}

/** "5e−4", as learning rates are written; small whole and decimal numbers as they are. */
export function formatPower(value: number): string {
  if (value === 0 || value >= 0.001) return formatFixed(value, value === 0 ? 0 : decimalsOf(value));
  return value.toExponential().replace('-', '\u2212');
}

function decimalsOf(value: number): number {
  return Math.max(0, -Math.floor(Math.log10(value) + 1e-9));
}
