// Attention of packed rows, second of three: scores become weights in place. For the backward pass, which recomputes
// the weights, statistics.x = ln of the sum of exponentials of each (row, head).
// spans as in spans.wgsl; weights f32 [rows, heads, 4 width] as span_scores wrote them; statistics f32 pairs [all rows,
// heads].
// Dispatch: a thread a head of a row.
// Reference: reference/attention.ts.
// Tolerance: 1e-5.
struct Params {
  rows: u32,
  rowBase: u32,
  heads: u32,
  width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> spans: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> statistics: array<vec2f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / params.heads;
  if (row >= params.rows) {
    return;
  }
  let first = id.x * params.width;
  let last = first + spans[params.rowBase + row].w / 4u;
  var largest = vec4f(-3.0e38);
  for (var i = first; i <= last; i++) {
    largest = max(largest, weights[i]);
  }
  let top = max(max(largest.x, largest.y), max(largest.z, largest.w));
  var sums = vec4f(0.0);
  for (var i = first; i <= last; i++) {
    let weight = exp(weights[i] - top);
    weights[i] = weight;
    sums += weight;
  }
  let total = sums.x + sums.y + sums.z + sums.w;
  for (var i = first; i <= last; i++) {
    weights[i] /= total;
  }
  statistics[params.rowBase * params.heads + id.x] = vec2f(top + log(total), 0.0);
}
