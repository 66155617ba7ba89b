import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { familySchema } from '../../../../src/app/result/model-facts';
import { resemblance, skeletonOf } from '../../../../src/app/solve/resemblance';

const file = readFileSync('public/models/tiny-math/families.json', 'utf8');
const families = v.parse(v.array(familySchema), JSON.parse(file));

describe('what kind of problem this is', () => {
  it('compares wordings without case, spaces and numbers', () => {
    expect(skeletonOf('What is  gcd(36, 96)?\n')).toBe('whatisgcd(#,#)?');
  });

  it.each(families.map((family) => [family.id, family]))('knows the example of %s', (_id, family) => {
    expect(resemblance(family.example, families)).toEqual({ family, exact: true });
  });

  it('recognises other numbers and says when the wording is only similar', () => {
    expect(resemblance('Find gcd(1071, 462).', families)).toMatchObject({ family: { id: 'gcd' }, exact: true });
    expect(resemblance('Find the gcd of 1071 and 462.', families)).toMatchObject({
      family: { id: 'gcd' },
      exact: false,
    });
  });

  it.each([
    'How many positive divisors of 360 are multiples of 6?',
    'Let ABC be a triangle with circumradius 5. Prove that its area is at most 33.',
    'Write a poem about the sea.',
    'x',
  ])('does not claim to know %j', (problem) => {
    expect(resemblance(problem, families)).toBeNull();
  });
});
