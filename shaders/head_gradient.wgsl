// Logits become their gradients in place: c (1[v = target] - p_v), c the row's coefficient d loss / d ln p(target);
// padding ids have probability 0.
// picks as in gather_rows; figures as head_figures wrote them; logits f32 [rows, vocabulary].
// Dispatch: x over ids, y over rows.
// Reference: reference/head.ts.
// Tolerance: 1e-5 * |c|.
struct Params {
  rows: u32,
  vocabulary: u32,
  activeVocab: u32,
  pickBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> picks: array<vec4u>;
@group(0) @binding(2) var<storage, read> figures: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> logits: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.vocabulary) {
    return;
  }
  let pick = picks[params.pickBase + id.y];
  let coefficient = bitcast<f32>(pick.z);
  let at = id.y * params.vocabulary + id.x;
  let figure = figures[params.pickBase + id.y];
  // Relative to the largest first, as in head_figures.
  let probability = select(0.0, exp(logits[at] - figure.z - figure.w), id.x < params.activeVocab);
  logits[at] = coefficient * (select(0.0, 1.0, id.x == pick.y) - probability);
}
