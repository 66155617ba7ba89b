import { m } from '../../paraglide/messages.js';
import type { PromptMeasure } from '../../policy/types';
import type { ProblemFamily } from '../result/model-facts';
import { familyList, familyName } from '../session/text';
import { resemblance } from './resemblance';

/** Why the model cannot take this problem; null: it can. */
export function promptProblem(measure: PromptMeasure): string | null {
  const { fault, tokens, limit, unknownCharacters } = measure;
  switch (fault) {
    case 'unknown-characters':
      return m.error_unknown_characters({ characters: quoted(unknownCharacters) });
    case 'problem-too-long':
      return m.error_problem_too_long({ tokens, limit, over: tokens - limit });
    default:
      return null;
  }
}

/** “é” “π” */
function quoted(characters: readonly string[]): string {
  return characters.map((character) => m.problem_quoted({ character })).join(' ');
}

export interface Likeness {
  readonly kind: 'exact' | 'similar' | 'unlike';
  readonly text: string;
}

/** What to say about how near a problem is to those the model was trained on; null: nothing typed, or nothing known. */
export function resemblanceText(problem: string, families: readonly ProblemFamily[], model: string): Likeness | null {
  if (problem.trim() === '' || families.length === 0) return null;
  const found = resemblance(problem, families);
  if (found === null) {
    return { kind: 'unlike', text: m.problem_unlike({ model, kinds: familyList(families) }) };
  }
  const family = familyName(found.family).toLowerCase();
  return found.exact
    ? { kind: 'exact', text: m.problem_exact({ model, family }) }
    : { kind: 'similar', text: m.problem_similar({ model, family }) };
}
