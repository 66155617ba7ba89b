import type { AdapterFacts } from '../../model/catalog';
import { adapterName } from '../../gpu/device';

/** What this browser's GPU offers; null where there is none. */
export async function readAdapterFacts(gpu: GPU | undefined = navigator.gpu): Promise<AdapterFacts | null> {
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return null;
  return {
    ...adapterName(adapter),
    hasHalfFloats: adapter.features.has('shader-f16'),
    maxBindingBytes: adapter.limits.maxStorageBufferBindingSize,
    maxBufferBytes: adapter.limits.maxBufferSize,
  };
}
