import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAMILY_IDS } from '../../../src/families/family';
import { readProblem } from '../../../src/families/read-problem';

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n');

interface Recorded {
  readonly problem: string;
  readonly family: string;
}
const RECORDED = [
  'public/problems/tiny-math-heldout.jsonl',
  'tools/tiny-math/paths/problems-fresh.jsonl',
  'tools/tiny-math/paths/problems-calibration.jsonl',
].flatMap(linesOf);
const recorded = RECORDED.map((line): Recorded => JSON.parse(line));

/** `family|problem`: problems of the families as people word them. */
const inside = linesOf('tests/fixtures/families-inside.txt').map((line) => {
  const at = line.indexOf('|');
  return { family: line.slice(0, at), problem: line.slice(at + 1) };
});
/** Problems of no family, of a family with another question, or with numbers that the model was never shown. */
const outside = linesOf('tests/fixtures/families-outside.txt');

const numbersOf = (text: string): string => (text.match(/\d+/g) ?? []).sort().join(' ');

describe('problems as the model was taught them', () => {
  it(`knows each of the ${recorded.length} generated problems, and its family`, () => {
    const strange = recorded.filter(({ problem, family }) => {
      const reading = readProblem(problem);
      return reading.kind !== 'known' || reading.family !== family;
    });
    expect(strange).toEqual([]);
    expect(new Set(recorded.map(({ family }) => family))).toEqual(new Set(FAMILY_IDS));
  });
});

describe('problems of the families in other words', () => {
  it.each(FAMILY_IDS)('reads all of %s', (family) => {
    const ofFamily = inside.filter((line) => line.family === family);
    expect(ofFamily.length).toBeGreaterThanOrEqual(10);
    const misread = ofFamily.filter(({ problem }) => {
      const reading = readProblem(problem);
      return reading.kind === 'unknown' || reading.family !== family;
    });
    expect(misread).toEqual([]);
  });

  it('words them as the model was taught', () => {
    const strange = inside.flatMap(({ problem }) => {
      const reading = readProblem(problem);
      return reading.kind === 'rewordable' && readProblem(reading.wording).kind !== 'known' ? [reading.wording] : [];
    });
    expect(strange).toEqual([]);
  });

  it.each([
    ['3x + 5 = 20', 'Solve for x: 3x+5=20'],
    ['解方程：$3y+5=20$', 'Solve for x: 3x+5=20'],
    ['20 = 5 + 3x', 'Solve for x: 3x+5=20'],
    ['7x+6(x+9)=158', 'Solve for x: 6(x+9)+7x=158'],
    ['4*5+13-6', 'Compute 13+4*5-6.'],
    ['三分之一加二分之一', 'Compute 1/3+1/2.'],
    ['Subtract \\frac{1}{3} from \\frac{3}{4}', 'Compute 3/4-1/3.'],
    ['一件大衣120元，打六五折，现在卖多少元？', 'Decrease 120 by 35%.'],
    ['8的7次方除以12余多少', 'What is 8^7 mod 12?'],
    ['a_1 = 3, r = 2, find a_5', 'Find term 5 of the geometric sequence 3, 6, 12, ...'],
    ['10，x，20的平均数是20，求x', 'The mean of 10, 20, x is 20. Find x.'],
    [
      'A rectangle is 8 cm wide and 20 cm long. What is its perimeter?',
      'A rectangle is 20 long and 8 wide. Find its perimeter.',
    ],
    [
      '一支笔5元，一本书20元，小明买了4支笔和3本书，付了100元，找回多少元？',
      'A pen costs 5 dollars and a book costs 20 dollars. Ann buys 4 pens and 3 books and pays with 100 dollars. How much change is left?',
    ],
  ])('words %j as %j', (problem, wording) => {
    expect(readProblem(problem)).toMatchObject({ kind: 'rewordable', wording });
  });

  it('adds no number, and leaves none out', () => {
    const plain = inside.filter(
      ({ family, problem }) =>
        // A sequence is given by its terms or by its step; number words, powers and counts are no digits.
        !/arithmetic|geometric/.test(family) &&
        !/[一-龥]|\\frac\d|[½³]|cubed|\b(?:two|three|four|five|six|twelve|thirteen|fifteen|twenty|one half)\b/i.test(
          problem,
        ),
    );
    const changed = plain.filter(({ problem }) => {
      const reading = readProblem(problem);
      const wording = reading.kind === 'rewordable' ? reading.wording : problem;
      return numbersOf(problem.normalize('NFKC')) !== numbersOf(wording);
    });
    expect(plain.length).toBeGreaterThan(150);
    expect(changed).toEqual([]);
  });
});

describe('problems that the model has not learned', () => {
  it(`claims to know none of ${outside.length}`, () => {
    expect(outside.filter((problem) => readProblem(problem).kind !== 'unknown')).toEqual([]);
  });

  it.each([
    ['gcd(123456, 7890)', 'gcd'],
    ['3x+5=21', 'linear'],
    ['What is 12.5% of 80?', 'percent'],
    ['What is 7^100 mod 13?', 'power'],
    ['2 + 2', 'order'],
  ])('says of %j that its numbers are new to the model', (problem, family) => {
    expect(readProblem(problem)).toEqual({ kind: 'unknown', family });
  });

  it('says of another question that it is of no kind', () => {
    expect(readProblem('x^2 - 5x + 6 = 0')).toEqual({ kind: 'unknown', family: null });
    expect(readProblem('')).toEqual({ kind: 'unknown', family: null });
    expect(readProblem('3x+5=20 '.repeat(400))).toEqual({ kind: 'unknown', family: null });
  });
});
