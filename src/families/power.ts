import { type FamilyReader, within } from './family';
import { Statement, vocabulary } from './statement';

const POWER =
  /(\d+) ?\^ ?\(?(\d+)\)?|(\d+) (?:raised )?to the (?:power (?:of )?(\d+)|(\d+)(?:st|nd|rd|th)(?: power)?)|(\d+)的(\d+)次[方幂]|(\d+) to the power (\d+)|(\d+)的(\d+)次方/;
const MODULUS =
  /\(? ?\bmod(?:ulo|ulus)? ?\(?(\d+)\)? ?\)?|% ?(\d+)|(?:is |are )?\b(?:divided by|upon division by|on division by|after dividing by|dividing (?:it )?by|over) (\d+)|(?:被(\d+)除|除以(\d+)|\/ ?(\d+))|模(\d+)|对(\d+)取[模余]/;
const DIVIDED = /\b(?:divide|dividing|you divide) (.+?) by (?=\d)/;
const WORDS = vocabulary(
  'remainder remainders when after leave leaves left over power residue modulo raised',
  '的?余数|所得|取余|余|剩|得的|商|用|时|后|同余',
);
const ASKS_REMAINDER = /remainder|mod|left over|residue|余|模|%/;

/** Remainders of powers. */
export const readPower: FamilyReader = (text) => {
  const plain = text.replace(DIVIDED, '$1 divided by ').replace(/(?:≡|=) ?\??(?=[ ,(]*mod)/, ' ');
  const statement = new Statement(plain);
  if (!ASKS_REMAINDER.test(text)) return null;
  const power = statement.take(POWER);
  const modulus = statement.take(MODULUS);
  if (power === null || modulus === null || !statement.saysOnly(WORDS)) return null;
  const [a = 0, n = 0] = numbersOf(power);
  const [m = 0] = numbersOf(modulus);
  if (!within(a, 2, 12) || !within(n, 3, 8) || !within(m, 5, 19) || a % m === 0) return 'out-of-range';
  return [
    `What is ${a}^${n} mod ${m}?`,
    `Find the remainder when ${a}^${n} is divided by ${m}.`,
    `Compute ${a}^${n} mod ${m}.`,
  ];
};

function numbersOf(found: RegExpExecArray): number[] {
  return found.slice(1).flatMap((part: string | undefined) => (part === undefined ? [] : [Number(part)]));
}
