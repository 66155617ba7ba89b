import { describe, expect, it } from 'vitest';
import { vote } from '../../../src/cli/vote';
import type { VoteDocument } from '../../../src/cli/vote-document';
import { jsonLines, runOnFile } from './run-on-file';

const run = (content: string, ...options: string[]) => runOnFile(vote, '--paths', content, ...options);

async function documentOf(lines: readonly object[], ...options: string[]): Promise<VoteDocument> {
  const out = await run(jsonLines(lines), '--json', ...options);
  return JSON.parse(out) as VoteDocument;
}

const boxed = (...answers: (string | null)[]) =>
  answers.map((answer) => (answer === null ? 'I do not know.' : `so \\boxed{${answer}}.`));

describe('vote', () => {
  it('extracts, groups and elects by every rule that the data allow', async () => {
    const responses = boxed('3', '0.5', null, '\\frac{1}{2}', '3', '3');
    const stability = [0.9, 0.1, 0.2, 0.11, 0.8, 0.95];
    const { problems, accuracy } = await documentOf([{ id: 'a', problem: 'x', responses, stability }]);
    expect(problems[0]).toMatchObject({
      id: 'a',
      answers: ['3', '0.5', null, '\\frac{1}{2}', '3', '3'],
      groups: [
        { answer: '3', forms: ['3'], paths: [0, 4, 5] },
        { answer: '0.5', forms: ['0.5', '\\frac{1}{2}'], paths: [1, 3] },
      ],
      rules: { majority: { answer: '3', share: 0.6 }, sasc: { answer: '0.5' } },
    });
    expect(Object.keys(problems[0]?.rules ?? {})).toEqual([
      'majority',
      'sasc',
      'sasc-pool',
      'sasc-soft',
      'gate-only',
      'weight-only',
      'sasc-robust',
    ]);
    expect(problems[0]).not.toHaveProperty('correct');
    expect(accuracy).toBeUndefined();
  });

  it('offers the rivals where tokens are measured', async () => {
    const figures = [[1, 2], [3]];
    const { problems } = await documentOf([
      { id: 1, responses: boxed('1', '2'), confidence: figures, logprob: figures, meanLogprob: figures, gold: 2 },
    ]);
    expect(problems[0]?.id).toBe('1');
    expect(problems[0]?.rules).toMatchObject({
      majority: { answer: '1', share: 0.5 },
      'deepconf-mean': { answer: '2', share: 3 / 4.5 },
      cisc: { answer: '2' },
      'self-certainty': { answer: '1' },
      oracle: { answer: '2', share: 0.5 },
    });
    expect(problems[0]?.rules).not.toHaveProperty('sasc');
    expect(problems[0]?.correct).toMatchObject({ majority: false, cisc: true, oracle: true });
  });

  it('scores the rules that every judged problem allows, with intervals and paired tests', async () => {
    const stability = [0.1, 0.5, 0.6];
    const document = await documentOf([
      { id: 'rescued', gold: '1/2', responses: boxed('0.5', '3', '3'), stability },
      { id: 'misled', gold: '3', responses: boxed('0.5', '3', '3'), stability },
      { id: 'silent', gold: '3', responses: boxed(null, null, null), stability, tokens: [1, 2, 3] },
      { id: 'unjudged', responses: boxed('7') },
    ]);
    const { problems, accuracy, statistics } = document;
    expect(problems[2]?.rules.majority).toEqual({ answer: null, share: null });
    expect(problems[2]?.correct?.oracle).toBe(false);
    expect(accuracy).toMatchObject({ majority: 1 / 3, 'weight-only': 1 / 3, oracle: 2 / 3 });
    expect(accuracy).not.toHaveProperty('sasc-length');
    expect(statistics).toMatchObject({
      problems: 3,
      mcnemar: { sasc: { onlyRule: 1, onlyMajority: 1, p: 1 }, oracle: { onlyRule: 1, onlyMajority: 0, p: 1 } },
      passAt: { 1: 1 / 3 },
      discrimination: { share: 0.5, pairs: 4 },
    });
    expect(Object.keys(statistics?.votesAt.sasc ?? {})).toEqual(['1', '2']);
    expect(statistics?.votesAt.majority?.['1']?.value).toBeCloseTo(1 / 3, 1);
    expect(statistics?.intervals.majority).toEqual({ low: 0, high: 1 });
  });

  it('takes the settings of the rules, and prints tables for people', async () => {
    const line = { id: 'a', gold: '2', responses: boxed('1', '2', '1'), logprob: [[-2], [-1], [-2]] };
    const share = async (...options: string[]) => (await documentOf([line], ...options)).problems[0]?.rules.cisc?.share;
    expect(await share()).toBeCloseTo(1 / (1 + 2 * Math.exp(-1)), 12);
    expect(await share('--cisc-temperature', '0.5')).toBeCloseTo(1 / (1 + 2 * Math.exp(-2)), 12);
    const table = await run(JSON.stringify(line));
    expect(table).toMatch(
      /problem +paths +majority +log-probability +likelihood-share +cisc +cisc-z +oracle\n +a +3 +1 +1 +2 +2 +2 +2\n/,
    );
    expect(table).toMatch(/cisc +100\.0 +100\.0 to 100\.0 +1\.0000/);
  });

  const good = JSON.stringify({ id: 'a', responses: ['1'] });
  it.each([
    ['{"id":', /paths\.jsonl, line 3 is no JSON: /],
    ['{"id":"b"}', /line 3, responses: /],
    ['{"id":"b","responses":[]}', /line 3, responses: There are no responses\./],
    ['{"id":"b","responses":[1]}', /line 3, responses\.0: /],
    ['{"id":"b","responses":["1"],"stability":[-1]}', /line 3, stability\.0: /],
    ['{"id":"b","responses":["1"],"stability":[0.1,0.2]}', /line 3: "stability" has 2 entries for 1 responses\./],
    ['{"id":"b","responses":["1"],"gold":[]}', /line 3, gold: Expected a text or a number\./],
  ])('names the line at fault: %s', async (bad, message) => {
    await expect(run(`${good}\n\n${bad}\n${good}\n`)).rejects.toThrow(message);
  });

  it('--skip-bad passes over bad lines', async () => {
    const out = await run(`${good}\n{"id":\n${good}\n`, '--skip-bad', '--json');
    expect(JSON.parse(out)).toMatchObject({ problems: [{ id: 'a' }, { id: 'a' }], skipped: 1 });
  });

  it('wants a file with lines, and settings in range', async () => {
    await expect(run('\n')).rejects.toThrow('paths.jsonl has no lines.');
    await expect(run(good, '--softness', '0')).rejects.toThrow('--softness should be at least 0.05, but is 0.');
  });
});
