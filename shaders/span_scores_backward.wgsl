// Backward of attention: recomputes the weights of `rows` rows from rowBase on from statistics.x, and from them the
// gradients of the scaled products q k: dScores = weight * (dO v - statistics.y) * scale.
// qkv, spans, statistics as in span_scores, span_softmax and span_delta; dMixed f32 [all rows, heads headDim];
// weights, dScores f32 [rows, heads, 4 width], 0 in the rest of the last quad.
// Dispatch: a thread four positions of one head of one row.
// Reference: reference/backward.ts.
// Tolerance: 1e-5.
struct Params {
  rows: u32,
  rowBase: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  width: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> qkv: array<vec4f>;
@group(0) @binding(2) var<storage, read> spans: array<vec4u>;
@group(0) @binding(3) var<storage, read> dMixed: array<vec4f>;
@group(0) @binding(4) var<storage, read> statistics: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dScores: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / (params.width * params.heads);
  if (row >= params.rows) {
    return;
  }
  let head = (id.x / params.width) % params.heads;
  let span = spans[params.rowBase + row];
  let positions = 4u * (id.x % params.width) + vec4u(0u, 1u, 2u, 3u);
  if (positions.x > span.w) {
    return;
  }
  let quads = params.headDim / 4u;
  let all_heads = params.heads + 2u * params.kvHeads;
  let q_at = ((params.rowBase + row) * all_heads + head) * quads;
  let o_at = ((params.rowBase + row) * params.heads + head) * quads;
  let key_head = params.heads + head * params.kvHeads / params.heads;
  let seen = min(positions, vec4u(span.w));
  let k_rows = vec4u(key_row(span, seen.x), key_row(span, seen.y), key_row(span, seen.z), key_row(span, seen.w));
  let k_at = (k_rows * all_heads + key_head) * quads;
  let v_at = k_at + params.kvHeads * quads;
  var scores = vec4f(0.0);
  var d_weights = vec4f(0.0);
  for (var i = 0u; i < quads; i++) {
    scores += qkv[q_at + i] * mat4x4f(qkv[k_at.x + i], qkv[k_at.y + i], qkv[k_at.z + i], qkv[k_at.w + i]);
    d_weights += dMixed[o_at + i] * mat4x4f(qkv[v_at.x + i], qkv[v_at.y + i], qkv[v_at.z + i], qkv[v_at.w + i]);
  }
  let statistic = statistics[(params.rowBase + row) * params.heads + head];
  let weight = select(vec4f(0.0), exp(scores * params.scale - statistic.x), positions <= vec4u(span.w));
  weights[id.x] = weight;
  dScores[id.x] = weight * (d_weights - statistic.y) * params.scale;
}
