// Backward of attention: statistics.y = the mixed values of a head times their gradient, which is what the softmax's
// gradient subtracts (FlashAttention-2, arXiv 2307.08691, §2.3.2: D = rowsum(dO * O)).
// mixed, dMixed f32 [rows, heads headDim]; statistics f32 pairs [rows, heads].
// Dispatch: a thread a head of a row.
// Reference: reference/backward.ts.
// Tolerance: 1e-5.
struct Params {
  rows: u32,
  heads: u32,
  headDim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> mixed: array<vec4f>;
@group(0) @binding(2) var<storage, read> dMixed: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> statistics: array<vec2f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.rows * params.heads) {
    return;
  }
  let quads = params.headDim / 4u;
  var sum = 0.0;
  for (var i = id.x * quads; i < (id.x + 1u) * quads; i++) {
    sum += dot(mixed[i], dMixed[i]);
  }
  statistics[id.x].y = sum;
}
