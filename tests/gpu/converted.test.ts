import { expect, it } from 'vitest';
import { dirSource } from '../../src/cli/dir-source';
import { BatchEngine } from '../../src/engine/batch-engine';
import { loadModelFiles } from '../../src/model/load';
import { checkpointOf, CONVERSIONS, EXPECTED, IDS, withConverted } from '../fixtures/converted';
import { worstDifference } from './compare';
import { testDevice } from './device';

/** Logits of these models deviate by about 6. */
const TOLERANCE = 2e-3;

it.each(CONVERSIONS)(
  'a converted checkpoint runs and gives the logits of its dequantised weights: %s',
  async (name) => {
    await withConverted(checkpointOf(name), name.split('/')[1] ?? '', async (folder) => {
      const engine = await BatchEngine.load(await testDevice(), await loadModelFiles(dirSource(folder)));
      const logits = await engine.logitsOf(IDS);
      expect(worstDifference(logits, EXPECTED[name]?.logits ?? [])).toBeLessThan(TOLERANCE);
      await engine.dispose();
    });
  },
);
