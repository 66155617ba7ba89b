// Attention, first half: scaled scores of each (row, head) against the shared prefix and the row's own suffix, as one
// row of positions. Blocks of BLOCK positions: weights[t] = exp(score[t] - block max), partials = (block max, block
// sum). Row r sees prefixBase + r * prefixStride positions of the prefix (stride 1: causal prefill; 0: decode), then
// suffixCount positions of the suffix, where position t of row r is in cache row t * suffixRows + slots[r].
// qkv f32 [rows, (heads + 2 kvHeads) headDim]; keys f32 [cache rows, kvHeads headDim]; weights f32 [rows, heads, span];
// partials f32 pairs [rows, heads, span / BLOCK]; span: positions rounded up to whole blocks.
// Dispatch: a thread a block of one head of one row, rows fastest.
// Reference: reference/attention.ts.
// Tolerance: 1e-5 with attention_mix.
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
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> prefixKeys: array<vec4f>;
@group(0) @binding(3) var<storage, read> suffixKeys: array<vec4f>;
@group(0) @binding(4) var<storage, read> slots: array<u32>;
@group(0) @binding(5) var<storage, read_write> weights: array<f32>;
@group(0) @binding(6) var<storage, read_write> partials: array<vec2f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let blocks = params.span / BLOCK;
  // Neighbouring threads are rows: they read the same keys of the prefix.
  let row = id.x % params.rows;
  let head = (id.x / params.rows) % params.heads;
  let block_index = id.x / (params.rows * params.heads);
  if (block_index >= blocks) {
    return;
  }
  let prefix = params.prefixBase + row * params.prefixStride;
  let visible = prefix + params.suffixCount;
  let first = block_index * BLOCK;
  if (first >= visible) {
    return;
  }
  let last = min(first + BLOCK, visible);
  let quads = params.headDim / 4u;
  let q_at = (row * (params.heads + 2u * params.kvHeads) + head) * quads;
  let kv_head = head * params.kvHeads / params.heads;
  let out = (row * params.heads + head) * params.span;
  var largest = -3.0e38;
  for (var t = first; t < last; t++) {
    var sum = vec4f(0.0);
    if (t < prefix) {
      let k_at = (t * params.kvHeads + kv_head) * quads;
      for (var i = 0u; i < quads; i++) {
        sum += qkv[q_at + i] * prefixKeys[k_at + i];
      }
    } else {
      let cache_row = (t - prefix) * params.suffixRows + slots[row];
      let k_at = (cache_row * params.kvHeads + kv_head) * quads;
      for (var i = 0u; i < quads; i++) {
        sum += qkv[q_at + i] * suffixKeys[k_at + i];
      }
    }
    let score = (sum.x + sum.y + sum.z + sum.w) * params.scale;
    weights[out + t] = score;
    largest = max(largest, score);
  }
  var total = 0.0;
  for (var t = first; t < last; t++) {
    let weight = exp(weights[out + t] - largest);
    weights[out + t] = weight;
    total += weight;
  }
  partials[(row * params.heads + head) * blocks + block_index] = vec2f(largest, total);
}
