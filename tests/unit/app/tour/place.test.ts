import { describe, expect, it } from 'vitest';
import { cardPlace, type Rect } from '../../../../src/app/tour/place';
import { TOUR_STEPS } from '../../../../src/app/tour/steps';

const VIEW = { width: 1280, height: 800 };
const CARD = { width: 380, height: 200 };

function overlaps(target: Rect, { left, top }: { left: number; top: number }): boolean {
  const apartX = left >= target.left + target.width || left + CARD.width <= target.left;
  const apartY = top >= target.top + target.height || top + CARD.height <= target.top;
  return !apartX && !apartY;
}

describe('the card of the tour', () => {
  it.each<[string, Rect]>([
    ['at the top', { left: 20, top: 60, width: 240, height: 90 }],
    ['at the bottom', { left: 300, top: 600, width: 900, height: 190 }],
    ['a tall sidebar at the left', { left: 0, top: 0, width: 284, height: 800 }],
    ['a tall column at the right', { left: 900, top: 0, width: 380, height: 800 }],
  ])('covers nothing of a target %s, and stays in view', (_, target) => {
    const place = cardPlace(target, CARD, VIEW);
    expect(overlaps(target, place)).toBe(false);
    expect(place.left).toBeGreaterThanOrEqual(0);
    expect(place.left + CARD.width).toBeLessThanOrEqual(VIEW.width);
    expect(place.top).toBeGreaterThanOrEqual(0);
    expect(place.top + CARD.height).toBeLessThanOrEqual(VIEW.height);
  });

  it('stands at the lower edge where the target leaves no room', () => {
    const place = cardPlace({ left: 0, top: 0, width: 1280, height: 800 }, CARD, VIEW);
    expect(place.top).toBe(VIEW.height - CARD.height - 16);
  });
});

describe('the steps of the tour', () => {
  it('have names of their own, and say something', () => {
    expect(new Set(TOUR_STEPS.map(({ name }) => name)).size).toBe(TOUR_STEPS.length);
    const entry = {
      kind: 'split',
      family: 'sums',
      problem: '',
      gold: '3',
      sasc: '1',
      majority: '2',
      paths: 12,
      runs: [],
    } as const;
    for (const { title, text } of TOUR_STEPS) {
      expect(title().length).toBeGreaterThan(3);
      expect(text({ ...entry, runs: [] })).not.toMatch(/\{|undefined/);
    }
  });
});
