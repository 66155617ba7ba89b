import { m } from '../../paraglide/messages.js';
import type { ProblemReading } from '../../families/read-problem';
import type { PromptMeasure } from '../../policy/types';
import type { ProblemFamily } from '../result/model-facts';
import { familyList, familyName } from '../session/text';

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

/** What to say about a problem in view of those that the model was trained on. @param keepsOwnWords it is not worded anew */
export function likenessText(
  reading: ProblemReading,
  families: readonly ProblemFamily[],
  model: string,
  keepsOwnWords: boolean,
): Likeness {
  const family = families.find(({ id }) => id === reading.family);
  const name = family === undefined ? '' : familyName(family).toLowerCase();
  switch (reading.kind) {
    case 'known':
      return { kind: 'exact', text: m.problem_exact({ model, family: name }) };
    case 'rewordable': {
      const { wording } = reading;
      return {
        kind: 'similar',
        text: keepsOwnWords ? m.problem_similar({ model, family: name }) : m.problem_read_as({ wording }),
      };
    }
    case 'unknown': {
      const text =
        family === undefined
          ? m.problem_unlike({ model, kinds: familyList(families) })
          : m.problem_numbers({ model, family: name });
      return { kind: 'unlike', text };
    }
  }
}
