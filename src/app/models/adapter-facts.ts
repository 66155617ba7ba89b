import type { AdapterFacts } from '../../model/catalog';
import { adapterName } from '../../gpu/device';
import { PATIENCE_S, withPatience } from '../../gpu/patience';

/** What this browser's GPU offers; null where there is none. */
export async function readAdapterFacts(gpu: GPU | undefined = navigator.gpu): Promise<AdapterFacts | null> {
  const asked = gpu?.requestAdapter({ powerPreference: 'high-performance' }) ?? Promise.resolve(null);
  const adapter = await withPatience(asked, PATIENCE_S, 'it was asked for an adapter').catch(() => null);
  if (!adapter) return null;
  return {
    ...adapterName(adapter),
    hasHalfFloats: adapter.features.has('shader-f16'),
    maxBindingBytes: adapter.limits.maxStorageBufferBindingSize,
    maxBufferBytes: adapter.limits.maxBufferSize,
  };
}
