import type { LoraTarget } from './lora';

/** A layer's matrices as files fuse them: the tensor within the layer, and the projections among its rows, in order. */
export const FUSED_LINEARS = {
  qkv: { tensor: 'self_attn.c_attn', targets: ['q', 'k', 'v'] },
  output: { tensor: 'self_attn.o_proj', targets: ['o'] },
  gateUp: { tensor: 'mlp.gate_up_proj', targets: ['gate', 'up'] },
  down: { tensor: 'mlp.down_proj', targets: ['down'] },
} as const satisfies Record<string, { readonly tensor: string; readonly targets: readonly LoraTarget[] }>;
export type FusedLinear = keyof typeof FUSED_LINEARS;
export const FUSED_LINEAR_NAMES = Object.keys(FUSED_LINEARS) as FusedLinear[];
