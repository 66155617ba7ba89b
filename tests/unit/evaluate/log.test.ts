import { describe, expect, it } from 'vitest';
import { checkSameEvaluation, type EvaluationHead, logLine, readLog } from '../../../src/evaluate/log';
import { sampled } from './sampled';

const HEAD: EvaluationHead = {
  format: 'sasc-lab evaluation',
  version: 1,
  model: 'tiny',
  adapter: null,
  quantization: 'q4f16_1',
  engine: 'batch',
  engineVersion: '0.1.0',
  device: 'none',
  prompt: 'p',
  problemSet: 'q',
  withGreedy: false,
  settings: { paths: 2, temperature: 1 },
  startedAt: '2026-01-01T00:00:00Z',
};
const whole = [HEAD, sampled('a', ['1', null]), { id: 'b', error: 'too long' }, sampled('c', ['2'])]
  .map(logLine)
  .join('');

describe('the log of an evaluation', () => {
  it('is read as it was written', () => {
    const log = readLog(whole, 'log');
    expect(log?.head).toEqual(HEAD);
    expect([...(log?.sampled.values() ?? [])]).toEqual([sampled('a', ['1', null]), sampled('c', ['2'])]);
    expect([...(log?.failures.keys() ?? [])]).toEqual(['b']);
    expect(log?.bytes).toBe(Buffer.byteLength(whole));
  });

  it('cut at any character has its whole lines', () => {
    for (let length = 0; length <= whole.length; length += 7) {
      const log = readLog(whole.slice(0, length), 'log');
      const lines = whole.slice(0, length).split('\n').length - 1;
      expect(log === null ? 0 : 1 + log.sampled.size + log.failures.size).toBe(lines);
      expect(log?.bytes ?? 0).toBe(whole.slice(0, length).lastIndexOf('\n') + 1);
    }
  });

  it('counts a problem that failed first and was sampled later once', () => {
    const log = readLog(whole + logLine(sampled('b', ['3'])), 'log');
    expect([log?.sampled.size, log?.failures.size]).toEqual([3, 0]);
  });

  it('that is damaged names the line', () => {
    expect(() => readLog(`${logLine(HEAD)}{"id":1}\n`, 'log')).toThrow(/^log, line 2, is damaged/);
    expect(() => readLog('{"format":"other"}\n', 'log')).toThrow(/^log is no log of an evaluation/);
  });

  it('goes on only with what it was begun with', () => {
    expect(() => checkSameEvaluation(HEAD, { ...HEAD, startedAt: 'later' }, 'log')).not.toThrow();
    expect(() => checkSameEvaluation(HEAD, { ...HEAD, settings: { paths: 3, temperature: 1 } }, 'log')).toThrow(
      /log was begun with another settings: .*"paths":2.*not .*"paths":3/,
    );
    expect(() => checkSameEvaluation(HEAD, { ...HEAD, problemSet: 'x' }, 'log')).toThrow(/another problemSet/);
  });
});
