import { describe, expect, it } from 'vitest';
import { parseProblems } from '../../../src/evaluate/problem-file';

const read = (text: string) => parseProblems(text, 'set');
const lines = (...rows: unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

describe('a problem set', () => {
  it('is read as MATH-500, AMC, AIME and GSM8K are written', () => {
    const math = {
      problem: 'Find x.',
      solution: 'So $\\boxed{3}$.',
      answer: '3',
      level: 2,
      unique_id: 'test/algebra/1.json',
    };
    const amc = { id: 0, question: 'How many?', answer: 27.0 };
    const aime = { ID: '2024-II-4', Problem: 'Find m+n.', Solution: 'long', Answer: 33 };
    const gsm = { question: 'How much?', answer: '5 + 7 = <<5+7=12>>12\n#### 1,012' };
    expect(read(lines(math))).toEqual([{ id: 'test/algebra/1.json', problem: 'Find x.', gold: '3' }]);
    expect(read(lines(amc))).toEqual([{ id: '0', problem: 'How many?', gold: '27' }]);
    expect(read(lines(aime))).toEqual([{ id: '2024-II-4', problem: 'Find m+n.', gold: '33' }]);
    expect(read(lines(gsm))).toEqual([{ id: '1', problem: 'How much?', gold: '1,012' }]);
  });

  it('takes the answer of a worked solution from its box', () => {
    expect(read(lines({ problem: 'p', solution: 'First 2, so \\boxed{\\frac{1}{2}}.' }))[0]?.gold).toBe('\\frac{1}{2}');
    expect(() => read(lines({ problem: 'p', solution: 'It is clear.' }))).toThrow(/set, line 1, solution: no answer/);
  });

  it('may be a JSON list, rows of the dataset viewer, or CSV', () => {
    const wanted = [
      { id: '1', problem: '1+1', gold: '2' },
      { id: '2', problem: 'a, "b"', gold: null },
    ];
    const rows = [{ problem: '1+1', answer: '2' }, { problem: 'a, "b"' }];
    expect(read(JSON.stringify(rows, null, 2))).toEqual(wanted);
    expect(
      read(
        `\uFEFF${JSON.stringify({ features: [], rows: rows.map((row, row_idx) => ({ row_idx, row, truncated_cells: [] })) })}`,
      ),
    ).toEqual(wanted);
    expect(read('problem,answer\r\n1+1,2\r\n"a, ""b""",\r\n')).toEqual(wanted);
  });

  it('that the server has cut short is refused', () => {
    const rows = [{ row_idx: 0, row: { problem: 'p' }, truncated_cells: ['problem'] }];
    expect(() => read(JSON.stringify({ rows }))).toThrow(/row 1, problem: the server has cut it short/);
  });

  it.each([
    ['', /neither JSON nor CSV/],
    ['[]', /has no problems/],
    ['[1]', /should be a list of problems/],
    ['{"problem":"p"}\n{"problem":', /set, line 2 is no JSON/],
    ['{"problem":"p"}\n[1]', /set, line 2 should be an object/],
    [lines({ text: 'p', n: 1 }), /set, line 1: no problem; one of problem, .*, and it has text, n/],
    [lines({ problem: ' ' }), /set, line 1, problem: it should be a text that is not empty/],
    [lines({ problem: 'p', answer: ['1'] }), /set, line 1, answer: the answer should be a text or a number/],
    [
      `${lines({ problem: 'p', id: 'a' })}\n\n${lines({ problem: 'q', id: 'a' })}`,
      /set, line 3: an earlier problem has the id a too/,
    ],
    ['just words\nand more', /neither JSON nor CSV.*it begins with "just words"/],
  ])('that is wrong (%j) gets one clear error', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('tells a row called like what every object has from one that is there', () => {
    expect(read(lines({ problem: 'p', id: 'constructor' }))[0]?.id).toBe('constructor');
    expect(() => read(lines({ constructor: 'p' }))).toThrow(/no problem/);
  });
});
