import { FORMULA_LIMITS, type FormulaResult, setFormula, type Typesetter } from './formula';

/** ms that formulas are set for before the page may paint and answer again. */
const SLICE_MS = 12;

interface Waiting {
  readonly tex: string;
  readonly isDisplay: boolean;
  readonly take: (result: FormulaResult, set: DocumentFragment) => void;
}

/** What a formula that is waiting, or on the page, can be ended by. */
export type Leave = () => void;

/** KaTeX and its fonts are loaded with the first formula, not with the page. */
async function loadKatex(): Promise<Typesetter> {
  const [{ default: katex }] = await Promise.all([import('katex'), import('katex/dist/katex.min.css')]);
  return katex;
}

/** Sets the formulas of the page one after another, in slices between which the page stays alive. */
export class FormulaQueue {
  readonly #waiting = new Set<Waiting>();
  #nodesOnPage = 0;
  #isRunning = false;

  /**
   * @param load fetches what sets formulas
   * @param pause resolves when the page has had its turn
   */
  constructor(
    private readonly load: () => Promise<Typesetter> = loadKatex,
    private readonly pause: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, 0)),
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** `take` gets the formula, unless the function returned has been called before. Call that also when it leaves the page. */
  set(tex: string, isDisplay: boolean, take: Waiting['take']): Leave {
    let nodes = 0;
    const waiting: Waiting = {
      tex,
      isDisplay,
      take: (result, set) => {
        if (result.ok) {
          nodes = result.nodes;
          this.#nodesOnPage += nodes;
        }
        take(result, set);
      },
    };
    this.#waiting.add(waiting);
    void this.#run();
    return () => {
      this.#waiting.delete(waiting);
      this.#nodesOnPage -= nodes;
      nodes = 0;
    };
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      const katex = await this.load();
      let began = this.now();
      for (const each of this.#waiting) {
        if (this.now() - began > SLICE_MS) {
          await this.pause();
          began = this.now();
        }
        // Whoever asked may have left during the pause.
        if (this.#waiting.delete(each)) this.#setOne(katex, each);
      }
    } catch {
      // Not fetched, as without a network: formulas stay as they were written.
      this.#waiting.clear();
    } finally {
      this.#isRunning = false;
    }
  }

  #setOne(katex: Typesetter, { tex, isDisplay, take }: Waiting): void {
    const element = document.createElement('span');
    const result = setFormula(katex, tex, isDisplay, element);
    const fits = !result.ok || this.#nodesOnPage + result.nodes <= FORMULA_LIMITS.nodesOnPage;
    const set = document.createDocumentFragment();
    if (fits) set.append(...element.childNodes);
    take(fits ? result : { ok: false, why: 'beyond-limits' }, set);
  }
}

/** The page's: they share its thread. */
export const formulaQueue = new FormulaQueue();
