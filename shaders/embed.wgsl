// Rows of the int4 embedding: y[r] = W[tokens[tokenBase + slots[r]]].
// tokens u32; slots u32 [rows]; weight u32 [V, hidden / 8]; scales; y f32 [rows, hidden].
// Dispatch: a thread a word (8 columns) of a row.
// Reference: reference/quantized.ts.
// Tolerance: exact.
struct Params {
  rows: u32,
  hidden: u32,
  tokenBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tokens: array<u32>;
@group(0) @binding(2) var<storage, read> slots: array<u32>;
@group(0) @binding(3) var<storage, read> weight: array<u32>;
@group(0) @binding(4) var<storage, read> scales: array<u32>;
@group(0) @binding(5) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let words = params.hidden / 8u;
  let row = id.x / words;
  let word = id.x % words;
  if (row >= params.rows) {
    return;
  }
  let token = tokens[params.tokenBase + slots[row]];
  let group = token * (params.hidden / 32u) + word / 4u;
  let scale = scale_value(scales[scale_word_index(group)], group);
  let packed = weight[token * words + word];
  y[2u * id.x] = low_weights(packed, scale);
  y[2u * id.x + 1u] = high_weights(packed, scale);
}
