import { describe, expect, it } from 'vitest';
import { formatPower, formatSmall } from '../../../../src/i18n/format';
import { PhaseClock } from '../../../../src/app/learn/learn-phases';
import { stepFigures } from '../../../../src/app/learn/learn-figures';
import {
  electionText,
  faultText,
  groupCaption,
  learnPhaseSentence,
  phaseNote,
  warningText,
} from '../../../../src/app/learn/text';
import { learnedGroup } from '../../learned';

describe('the sentence over the rewards', () => {
  const group = learnedGroup(['3', '3', '3', '4']);

  it('has the figures that the advantage is made of', () => {
    expect(groupCaption(group, 'bessel', 'majority')).toMatch(/⟦3 of 4⟧.*\(reward − 0\.75\) \/ 0\.50\.$/);
    expect(groupCaption(group, 'population', 'majority')).toMatch(/\/ 0\.43\.$/);
    expect(groupCaption(group, 'centred', 'majority')).toMatch(/A = reward − 0\.75\.$/);
    expect(groupCaption(group, 'bessel', 'random-reward')).toMatch(/^At random, ⟦3 of 4⟧ paths earned 1/);
  });

  it('says why a problem was skipped', () => {
    const all = learnedGroup(['3', '3'], { skipped: 'unanimous' });
    expect(groupCaption(all, 'bessel', 'majority')).toMatch(/^⟦Skipped⟧: all 2 paths agree/);
    const none = learnedGroup(['3', '3'], { skipped: 'unanimous', paths: all.paths.map((p) => ({ ...p, reward: 0 })) });
    expect(groupCaption(none, 'bessel', 'random')).toMatch(/^⟦Skipped⟧: none of the 2 paths earned/);
    const empty = learnedGroup([null], { skipped: 'no-label' });
    expect(groupCaption(empty, 'bessel', 'majority')).toMatch(/^⟦Skipped⟧: no path reached an answer/);
  });
});

describe('who elected the label', () => {
  const group = learnedGroup(['3', '3', '4', null]);

  it('counts the heads behind it', () => {
    expect(electionText(group, 'majority')).toMatch(/majority: 2 of 3 paths/);
    expect(electionText(group, 'sasc')).toMatch(/the majority, 2 of 3, says the same/);
    expect(electionText({ ...group, label: '4' }, 'sasc')).toMatch(/the majority, 2 of 3, says otherwise/);
  });

  it('calls a control a control', () => {
    expect(electionText(group, 'random')).toMatch(/random.*control/);
    expect(electionText({ ...group, label: null }, 'random-reward')).toMatch(/rewards are random/);
    expect(electionText({ ...group, label: null }, 'majority')).toMatch(/no label/);
  });
});

describe('a phase in words', () => {
  it('says how far it is, what it took, and what is left as soon as that is known', () => {
    const plan = { firstStep: 1, lastStep: 1, hasReference: false, hasBefore: false, evaluated: 0 };
    const clock = new PhaseClock({ ...plan, isEvaluated: () => false });
    clock.progress({ phase: 'sample', done: 0, total: 16, unit: 'items' }, 0);
    expect(learnPhaseSentence(clock.shown(0))).toBe('Writing the solutions that will vote');
    clock.progress({ phase: 'sample', done: 4, total: 16, unit: 'items' }, 2000);
    expect(phaseNote(clock.shown(2000).phases[0] ?? never())).toBe('4 of 16 paths');
    clock.progress({ phase: 'vote', done: 0, total: 1, unit: 'problems' }, 6500);
    expect(phaseNote(clock.shown(6500).phases[0] ?? never())).toBe('6.5 s');
    clock.progress({ phase: 'gradient', done: 5, total: 10, unit: 'layers' }, 7000);
    clock.progress({ phase: 'gradient', done: 5, total: 10, unit: 'layers' }, 11000);
    expect(learnPhaseSentence(clock.shown(11000))).toMatch(/; ⟦about 4 s left⟧\.$/);
  });
});

describe('numbers and faults', () => {
  it.each([
    [0, '0'],
    [5e-4, '5e−4'],
    [0.001, '0.001'],
    [0.02, '0.02'],
    [0.1, '0.1'],
    [1, '1'],
  ])('a learning rate of %d is %s', (value, text) => expect(formatPower(value)).toBe(text));

  it.each([
    [0, '0'],
    [1.7e-14, '0'],
    [-0.0154, '−0.015'],
    [6.2e-5, '6.2e−5'],
    [-6e-5, '−6e−5'],
  ])('%d is %s', (value, text) => expect(formatSmall(value)).toBe(text));

  it('name the line at fault, and what to do about a warning', () => {
    expect(faultText({ line: 3, reason: 'not-json' })).toMatch(/^Line 3 /);
    expect(faultText({ line: null, reason: 'too-many' })).toMatch(/512/);
    expect(warningText({ code: 'kl-high', value: 0.31, bound: 0.2 })).toMatch(/0\.310.*0\.200.*smaller learning rate/);
    expect(warningText({ code: 'step-skipped', value: NaN, bound: 1 })).toMatch(/nothing has changed/);
  });

  it('figures come in a fixed order, each with the name it is logged by; what is missing is left out', () => {
    const figures = stepFigures({ grad_norm: 0.5, reward: 0.75, 'a name of tomorrow': 1 });
    expect(figures.map(({ name, value }) => [name, value])).toEqual([
      ['reward', '75 %'],
      ['grad_norm', '0.500'],
    ]);
  });
});

function never(): never {
  throw new Error('There is no such phase.');
}
