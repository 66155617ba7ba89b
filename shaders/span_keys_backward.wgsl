// Backward of attention: gradients of keys and values. Each is gathered over the rows that see it, in their order, and
// over the query heads that share it; a dispatch takes the rows rowBase .. rowBase + rows - 1 and adds to those before
// (`accumulate`).
// qkv, spans, dMixed, weights, dScores as in span_scores_backward; dQkv f32 as qkv: keys and values of all `keyRows`
// rows are written.
// Dispatch: a thread four columns of one key head of one key row.
// Reference: reference/backward.ts.
// Tolerance: 1e-5.
struct Params {
  keyRows: u32,
  rows: u32,
  rowBase: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  width: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> spans: array<vec4u>;
@group(0) @binding(3) var<storage, read> dMixed: array<vec4f>;
@group(0) @binding(4) var<storage, read> weights: array<f32>;
@group(0) @binding(5) var<storage, read> dScores: array<f32>;
@group(0) @binding(6) var<storage, read_write> dQkv: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.headDim / 4u;
  let key = id.x / (quads * params.kvHeads);
  if (key >= params.keyRows) {
    return;
  }
  let kv_head = (id.x / quads) % params.kvHeads;
  let quad = id.x % quads;
  let all_heads = params.heads + 2u * params.kvHeads;
  let span = spans[key];
  let sharers = params.heads / params.kvHeads;
  var d_key = vec4f(0.0);
  var d_value = vec4f(0.0);
  let row_end = min(span.y, params.rowBase + params.rows);
  for (var row = max(key, params.rowBase); row < row_end; row++) {
    for (var head = kv_head * sharers; head < (kv_head + 1u) * sharers; head++) {
      let at = ((row - params.rowBase) * params.heads + head) * 4u * params.width + span.w;
      d_key += dScores[at] * qkv[(row * all_heads + head) * quads + quad];
      d_value += weights[at] * dMixed[(row * params.heads + head) * quads + quad];
    }
  }
  let key_at = (key * all_heads + params.heads + kv_head) * quads + quad;
  let value_at = key_at + params.kvHeads * quads;
  if (params.accumulate != 0u) {
    d_key += dQkv[key_at];
    d_value += dQkv[value_at];
  }
  dQkv[key_at] = d_key;
  dQkv[value_at] = d_value;
}
