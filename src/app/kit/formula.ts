import type { KatexOptions } from 'katex';

/**
 * The limits within which formulas are set, wherever one is shown: models, links and files may write anything. Within
 * them every command of KaTeX, nested or repeated, takes at most some 50 ms (DECISIONS, "A formula has limits").
 */
export const FORMULA_LIMITS = {
  /** Characters of one formula. */
  characters: 2000,
  /** Macro expansions of one formula. */
  expansions: 500,
  /** Largest length that a formula may ask for, in em. */
  em: 20,
  /** Nodes that one formula makes. */
  nodes: 6000,
  /** How deep they may be nested. */
  depth: 250,
  /** Nodes of all formulas on the page together. */
  nodesOnPage: 60_000,
} as const;

/** Commands that define others, of which a few double a text at each use, and those that write to the console. */
const FORBIDDEN = [
  ...['\\def', '\\gdef', '\\edef', '\\xdef', '\\let', '\\futurelet', '\\global', '\\long', '\\\\globallong'],
  ...['\\newcommand', '\\renewcommand', '\\providecommand', '\\message', '\\errmessage', '\\show'],
];

/** The formula is over a limit; it is to be shown as it was written. */
class BeyondLimits extends Error {
  override readonly name = 'BeyondLimits';
}

function forbidden(): never {
  throw new BeyondLimits();
}

/** As KaTeX's expander asks for a macro before it looks for a command, these can be neither used nor redefined. */
const MACROS = Object.fromEntries(FORBIDDEN.map((name) => [name, forbidden]));

/** How every formula is set. */
export function formulaOptions(displayMode: boolean): KatexOptions {
  return {
    displayMode,
    throwOnError: true,
    strict: 'ignore',
    trust: false,
    maxExpand: FORMULA_LIMITS.expansions,
    maxSize: FORMULA_LIMITS.em,
    macros: { ...MACROS },
  };
}

/** The part of KaTeX that is used. */
export interface Typesetter {
  render(tex: string, element: HTMLElement, options: KatexOptions): void;
}

/** unreadable: KaTeX cannot read it. beyond-limits: nobody should try. Either is to be shown as it was written. */
export type FormulaResult =
  { readonly ok: true; readonly nodes: number } | { readonly ok: false; readonly why: 'unreadable' | 'beyond-limits' };

/**
 * Sets a formula into an empty element that is on no page yet, so that nothing is laid out before it has been counted.
 * Into the DOM, not to a string: KaTeX then sets styles through the CSSOM, which the page's CSP allows. Never throws.
 */
export function setFormula(katex: Typesetter, tex: string, isDisplay: boolean, element: HTMLElement): FormulaResult {
  if (tex.length > FORMULA_LIMITS.characters) return { ok: false, why: 'beyond-limits' };
  try {
    katex.render(tex, element, formulaOptions(isDisplay));
    return { ok: true, nodes: countedNodes(element) };
  } catch (error) {
    element.replaceChildren();
    return { ok: false, why: isOverLimit(error) ? 'beyond-limits' : 'unreadable' };
  }
}

function isOverLimit(error: unknown): boolean {
  // A RangeError is nesting that was too deep for KaTeX itself; the message is KaTeX's for `maxExpand`.
  if (error instanceof BeyondLimits || error instanceof RangeError) return true;
  return error instanceof Error && error.message.includes('Too many expansions');
}

/** @throws BeyondLimits */
function countedNodes(root: Node): number {
  let nodes = 0;
  let depth = 0;
  let node: Node | null = root.firstChild;
  while (node !== null) {
    if (++nodes > FORMULA_LIMITS.nodes || depth > FORMULA_LIMITS.depth) throw new BeyondLimits();
    if (node.firstChild !== null) {
      node = node.firstChild;
      depth++;
      continue;
    }
    while (node !== null && node.nextSibling === null) {
      node = node.parentNode === root ? null : node.parentNode;
      depth--;
    }
    node = node?.nextSibling ?? null;
  }
  return nodes;
}
