const YEAR_FIRST = /^\s*(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\s*$/;
const YEAR_LAST = /^\s*(\d{1,2})([/.])(\d{1,2})\2(\d{4})\s*$/;

/** 2020-5-3 in one spelling; null for what is no date. Which of 5/3/2020 is the month is not known, so that stays. */
export function dateOf(answer: string): string | null {
  const text = answer.replace(/^\\text\{([^{}]*)\}$/, '$1').replace(/^\$|\$$/g, '');
  const [, year, , month, day] = YEAR_FIRST.exec(text) ?? [];
  if (year !== undefined) return isDay(Number(month), Number(day)) ? `${year}-${Number(month)}-${Number(day)}` : null;
  const [, first, , second, last] = YEAR_LAST.exec(text) ?? [];
  return last === undefined ? null : `${Number(first)}/${Number(second)}/${last}`;
}

const isDay = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31;
