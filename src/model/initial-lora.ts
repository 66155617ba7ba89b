import { mulberry32 } from '../method/random';
import { loraWeights, type LoraConfig, type LoraWeights } from './lora';
import type { ModelConfig } from './types';

/**
 * A fresh adapter, which changes nothing yet: A uniform within ±1/√inputs (Kaiming's bound for a = √5, PEFT's default),
 * B zero. The same seed gives the same numbers. RangeError for a configuration that no adapter can have.
 */
export function initialLora(model: ModelConfig, config: LoraConfig, seed: number): LoraWeights {
  const random = mulberry32(seed);
  return loraWeights(model, config, ({ part, shape: [rows, columns] }) => {
    const values = new Float32Array(rows * columns);
    if (part === 'B') return values;
    const bound = 1 / Math.sqrt(columns);
    return values.map(() => bound * (2 * random() - 1));
  });
}
