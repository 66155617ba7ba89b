import { describe, expect, it } from 'vitest';
import { workgroupSizeOf } from '../../../src/gpu/kernel';

const definition = (size: string) => ({ name: 'k', source: `@compute ${size}\nfn main() {}` });

describe('workgroupSizeOf', () => {
  it('reads numbers and overrides, and fills up with 1', () => {
    expect(workgroupSizeOf(definition('@workgroup_size(64)'), {})).toEqual([64, 1, 1]);
    expect(workgroupSizeOf(definition('@workgroup_size(8, 4, 2)'), {})).toEqual([8, 4, 2]);
    const tiled = { ...definition('@workgroup_size(WIDE, 2)'), overrides: ['WIDE'] };
    expect(workgroupSizeOf(tiled, { WIDE: 16 })).toEqual([16, 2, 1]);
  });

  it('refuses a source without a size and an override without a value', () => {
    expect(() => workgroupSizeOf(definition(''), {})).toThrow('k has no workgroup size');
    const tiled = { ...definition('@workgroup_size(WIDE)'), overrides: ['WIDE'] };
    expect(() => workgroupSizeOf(tiled, {})).toThrow('k needs a value for its override WIDE');
  });
});
