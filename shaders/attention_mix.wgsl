// Attention, second half: joins the blocks of attention_scores exactly and mixes the values.
// weights, partials, slots and the visible positions as there; values f32 [cache rows, kvHeads headDim];
// y f32 [rows, heads headDim].
// Dispatch: a thread four columns of one head of one row.
// Reference: reference/attention.ts.
// Tolerance: 1e-5.
const BLOCK = 32u;

struct Params {
  rows: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  prefixBase: u32,
  prefixStride: u32,
  suffixCount: u32,
  suffixRows: u32,
  span: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> partials: array<vec2f>;
@group(0) @binding(3) var<storage, read> prefixValues: array<vec4f>;
@group(0) @binding(4) var<storage, read> suffixValues: array<vec4f>;
@group(0) @binding(5) var<storage, read> slots: array<u32>;
@group(0) @binding(6) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.headDim / 4u;
  let row = id.x / (quads * params.heads);
  if (row >= params.rows) {
    return;
  }
  let head = (id.x / quads) % params.heads;
  let quad = id.x % quads;
  let prefix = params.prefixBase + row * params.prefixStride;
  let visible = prefix + params.suffixCount;
  let blocks = (visible + BLOCK - 1u) / BLOCK;
  let from_weight = (row * params.heads + head) * params.span;
  let from_partial = (row * params.heads + head) * (params.span / BLOCK);
  let kv_head = head * params.kvHeads / params.heads;
  var largest = -3.0e38;
  for (var b = 0u; b < blocks; b++) {
    largest = max(largest, partials[from_partial + b].x);
  }
  var total = 0.0;
  var mixed = vec4f(0.0);
  for (var b = 0u; b < blocks; b++) {
    let partial = partials[from_partial + b];
    let factor = exp(partial.x - largest);
    let last = min((b + 1u) * BLOCK, visible);
    var sum = vec4f(0.0);
    for (var t = b * BLOCK; t < last; t++) {
      if (t < prefix) {
        sum += weights[from_weight + t] * prefixValues[(t * params.kvHeads + kv_head) * quads + quad];
      } else {
        let cache_row = (t - prefix) * params.suffixRows + slots[row];
        sum += weights[from_weight + t] * suffixValues[(cache_row * params.kvHeads + kv_head) * quads + quad];
      }
    }
    total += factor * partial.y;
    mixed += factor * sum;
  }
  y[id.x] = mixed / total;
}
