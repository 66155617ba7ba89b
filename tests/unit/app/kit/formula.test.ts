import katex from 'katex';
import { describe, expect, it, vi } from 'vitest';
import { FORMULA_LIMITS, type FormulaResult, formulaOptions, setFormula } from '../../../../src/app/kit/formula';
import { FormulaQueue } from '../../../../src/app/kit/formula-queue';
import { formulasIn, MOST_FORMULAS } from '../../../../src/app/kit/split-math';
import { withoutPiles } from '../../../../src/app/kit/shown-text';

/** KaTeX with the page's limits, into a string: Node has no DOM. */
const markup = (tex: string): string => katex.renderToString(tex, formulaOptions(false));

/** The problem that froze the page for minutes: each macro holds the one before twice. */
const DOUBLING = Array.from({ length: 26 }, (_, i) => {
  const name = (k: number) => `\\m${String.fromCharCode(97 + k)}`;
  return `\\def${name(i)}{${i === 0 ? 'x' : name(i - 1).repeat(2)}}`;
}).join('');

describe('the limits of a formula', () => {
  it.each([
    ['\\def', '\\def\\a{x}\\a'],
    ['\\gdef', '\\gdef\\a{x}\\a'],
    ['\\newcommand', '\\newcommand{\\a}{x}\\a'],
    ['\\renewcommand', '\\renewcommand{\\frac}{x}'],
    ['\\let', '\\let\\a=x\\a'],
    ['\\futurelet', '\\futurelet\\a xy'],
    ['\\global', '\\global\\def\\a{x}'],
    ['\\message, which writes to the console', '\\message{x}'],
    ['doubling', `${DOUBLING}\\mz`],
    ['too many expansions', '\\KaTeX'.repeat(280)],
  ])('%s is refused', (_, tex) => {
    expect(() => markup(tex)).toThrow();
  });

  it('what a solution needs is set', () => {
    expect(markup('\\boxed{\\frac{1}{2}\\sqrt{x^2+\\hat{y}_3}}')).toContain('katex');
    expect(markup('\\begin{aligned}a&=b\\\\c&=d\\end{aligned}')).toContain('katex');
  });

  it('links, pictures and classes stay out', () => {
    for (const tex of ['\\href{javascript:alert(1)}{x}', '\\url{https://a.example}', '\\htmlClass{a}{x}']) {
      expect(markup(tex)).not.toMatch(/href=|class="a"/);
    }
    expect(markup('\\includegraphics{https://a.example/x.png}')).not.toContain('<img');
  });

  it('a long formula is not even tried, and why one failed is told apart', () => {
    const render = vi.fn();
    const element = { replaceChildren: vi.fn() } as unknown as HTMLElement;
    const long = 'x'.repeat(FORMULA_LIMITS.characters + 1);
    expect(setFormula({ render }, long, false, element)).toEqual({ ok: false, why: 'beyond-limits' });
    expect(render).not.toHaveBeenCalled();
    for (const [tex, why] of [
      ['\\frac{', 'unreadable'],
      ['\\def\\a{x}', 'beyond-limits'],
      ['\\KaTeX'.repeat(280), 'beyond-limits'],
    ] as const) {
      const string = { render: (text: string) => void markup(text) };
      expect(setFormula(string, tex, false, element)).toEqual({ ok: false, why });
    }
  });
});

describe('the formulas of a text', () => {
  it('are found in time that grows with the text alone', () => {
    for (const text of ['\\[', '\\(', '$$', '$a', '\\[\\(', '$$a', '\\boxed{', '\\$']) {
      expect(formulasIn(text.repeat(100_000)).length).toBeLessThanOrEqual(MOST_FORMULAS);
    }
    expect(formulasIn(`${'\\['.repeat(100_000)}x\\]`)).toHaveLength(1);
  });

  it('are set up to a number', () => {
    expect(formulasIn('$x$ '.repeat(5000))).toHaveLength(MOST_FORMULAS);
  });

  it('marks pile up no higher than eight', () => {
    expect(withoutPiles(`e${'\u0301'.repeat(5000)}x`)).toBe(`e${'\u0301'.repeat(8)}x`);
    expect(withoutPiles('e\u0301 é')).toBe('e\u0301 é');
  });
});

describe('the queue of formulas', () => {
  /** Sets nothing: the document has no elements here. */
  function queue(pauses: () => void, now: () => number) {
    vi.stubGlobal('document', {
      createElement: () => ({ childNodes: [], firstChild: null, replaceChildren: () => undefined }),
      createDocumentFragment: () => ({ append: () => undefined }),
    });
    const render = vi.fn();
    const pause = () => Promise.resolve(pauses());
    return { render, queue: new FormulaQueue(() => Promise.resolve({ render }), pause, now) };
  }

  it('pauses once a slice is over, and forgets who left meanwhile', async () => {
    let time = 0;
    let leave = (): void => undefined;
    const { render, queue: formulas } = queue(
      () => leave(),
      () => (time += 8),
    );
    const results: FormulaResult[] = [];
    for (const tex of ['a', 'b']) formulas.set(tex, false, (result) => results.push(result));
    leave = formulas.set('c', false, (result) => results.push(result));
    await vi.waitFor(() => expect(results).toHaveLength(2));
    await Promise.resolve();
    expect(render.mock.calls.map(([tex]) => tex as string)).toEqual(['a', 'b']);
  });

  it('a formula whose program cannot be fetched stays as it was written', async () => {
    const take = vi.fn();
    const formulas = new FormulaQueue(() => Promise.reject(new Error('offline')));
    formulas.set('a', false, take);
    await Promise.resolve();
    expect(take).not.toHaveBeenCalled();
  });
});
