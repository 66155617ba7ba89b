import { describe, expect, it } from 'vitest';
import { decideRun } from '../../../../src/run/decide-run';
import { resultMarkdown } from '../../../../src/app/share/markdown';
import { sampleRun } from '../../run/sample-run';

describe('a result as Markdown', () => {
  it('says the verdict and has a row a path', () => {
    const record = sampleRun();
    const text = resultMarkdown({ record, decision: decideRun(record.trace) }, 'https://lab.example.org/#/view?r=z.x');
    expect(text).toContain('> 2 + 3');
    expect(text).toContain('The answer by SASC as published is **5**');
    expect(text.match(/^\| \d/gm)).toHaveLength(4);
    expect(text).toContain('https://lab.example.org/');
  });

  it('keeps an answer from becoming marks or cells of its own', () => {
    const record = sampleRun(['\\boxed{a|b*c}']);
    expect(resultMarkdown({ record, decision: decideRun(record.trace) }, null)).toContain('| a\\|b\\*c |');
  });
});
