import { describe, expect, it } from 'vitest';
import { RULES } from '../../../src/method/rules';
import { decidePaths } from '../../../src/run/decide-run';
import { rulePaths } from '../../../src/run/rule-paths';
import { RunTrace } from '../../../src/run/trace';
import { oracleElection } from '../../../src/app/result/verdict/oracle';
import { ruleElections } from '../../../src/run/rule-elections';

/** Two finished paths of two tokens; the second is the more confident, in what it was sure of and in all else. */
function runOfTwo() {
  const trace = new RunTrace(2, 4);
  trace.paths.forEach((path, i) => {
    path.length = 2;
    path.finish = 'stop';
    path.stability = 0.1;
    path.confidence.fill(1 + i);
    path.logprob.fill(-2 + i);
    path.alternativeLogprob.fill(-0.5);
    path.tokens.fill(i);
    path.meanLogprob.fill(-3 - i);
  });
  const decision = decidePaths([
    { answer: '1/2', stability: 0.1 },
    { answer: '3', stability: 0.1 },
  ]);
  return { trace, decision };
}

describe('rule elections', () => {
  const { trace, decision } = runOfTwo();

  it('hand each rule the trace’s figures, of the written tokens alone', () => {
    const paths = rulePaths(trace, decision);
    expect(paths.map(({ confidence }) => Array.from(confidence ?? []))).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const elected = Object.fromEntries(ruleElections(paths).map(({ rule, elected }) => [rule, elected?.group]));
    expect(Object.keys(elected)).toHaveLength(18);
    expect(elected).toMatchObject({ majority: 0, sasc: 0, 'deepconf-tail': 1, cisc: 1, 'self-certainty': 1, slip: 1 });
    expect(paths.map(({ text }) => text)).toEqual([0, 1]);
    expect(elected).toMatchObject({ 'log-probability': 1, 'likelihood-share': 1 });
  });

  it('by the probabilities of tokens are not taken where a run from a link has none', () => {
    const outline = runOfTwo();
    for (const path of outline.trace.paths) path.logprob.fill(0);
    const rules = ruleElections(rulePaths(outline.trace, outline.decision)).map(({ rule }) => rule);
    expect(rules).toContain('sasc-length');
    expect(rules.filter((rule) => RULES[rule].kind === 'confidence')).toEqual([]);
    expect(rules.filter((rule) => RULES[rule].kind === 'likelihood')).toEqual([]);
  });

  it('let the oracle know equivalent answers', () => {
    expect(oracleElection(decision, '0.5')).toEqual({ rule: 'oracle', elected: { group: 0, share: 0.5 } });
    expect(oracleElection(decision, '4')).toEqual({ rule: 'oracle', elected: null });
  });
});
