import { createSubscriber } from 'svelte/reactivity';
import { buildRamp, type Ramp } from './ramp';

/** The tokens of tokens.css that canvas painters need; everything in the DOM uses the custom properties themselves. */
interface ChartTheme {
  readonly ramp: Ramp;
  /** Every length on the page is multiplied by this (1.25 and more on a projector or in a wide window). */
  readonly zoom: number;
  /** Value of a colour token, e.g. color('--line-2'). */
  color(name: string): string;
}

/** Where tokens.css changes its zoom. */
const WIDER = ['(min-width: 1600px)', '(min-width: 1800px)', '(min-width: 2300px)'];

const RAMP_STOPS = 9;

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  // Every read of a live style makes the browser bring all styles up to date: once a token is enough.
  const known = new Map<string, string>();
  const color = (name: string) => {
    const value = known.get(name) ?? style.getPropertyValue(name).trim();
    known.set(name, value);
    return value;
  };
  return {
    ramp: buildRamp(Array.from({ length: RAMP_STOPS }, (_, stop) => color(`--ent-${stop}`))),
    zoom: Number(color('--zoom')) || 1,
    color,
  };
}

class CurrentTheme {
  #theme: ChartTheme | null = null;

  readonly #subscribe = createSubscriber((update) => {
    const forget = () => {
      this.#theme = null;
      update();
    };
    const observer = new MutationObserver(forget);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const wide = WIDER.map((query) => matchMedia(query));
    for (const query of wide) query.addEventListener('change', forget);
    return () => {
      observer.disconnect();
      for (const query of wide) query.removeEventListener('change', forget);
      // Nobody watches the attribute from here on, so what was read may grow stale.
      this.#theme = null;
    };
  });

  /** The theme shown now. Read in an effect or a derived value, it is read again when the page's `data-theme` or its zoom changes. */
  get current(): ChartTheme {
    this.#subscribe();
    this.#theme ??= readTheme();
    return this.#theme;
  }
}

export const chartTheme = new CurrentTheme();
