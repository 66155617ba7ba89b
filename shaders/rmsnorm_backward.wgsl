// Gradient of rmsnorm with a frozen gain: with f = 1 / sqrt(mean(x^2) + eps) and w = gain * dy,
// dx = f w - x f^3 mean(x w), added to what dx holds (when accumulate).
// x, dy, dx f32 [rows, hidden]; gain f32 [hidden].
// Dispatch: a thread a row.
// Reference: reference/backward.ts.
// Tolerance: 1e-5 relative to the row's largest value.
struct Params {
  rows: u32,
  hidden: u32,
  accumulate: u32,
  eps: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> gain: array<vec4f>;
@group(0) @binding(3) var<storage, read> dy: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> dx: array<vec4f>;

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.rows) {
    return;
  }
  let quads = params.hidden / 4u;
  let first = id.x * quads;
  var squares = vec4f(0.0);
  var products = vec4f(0.0);
  for (var i = 0u; i < quads; i++) {
    let v = x[first + i];
    squares += v * v;
    products += v * gain[i] * dy[first + i];
  }
  let hidden = f32(params.hidden);
  let factor = 1.0 / sqrt((squares.x + squares.y + squares.z + squares.w) / hidden + params.eps);
  let shared_part = (products.x + products.y + products.z + products.w) / hidden * factor * factor * factor;
  let keep = select(0.0, 1.0, params.accumulate != 0u);
  for (var i = 0u; i < quads; i++) {
    let gradient = factor * gain[i] * dy[first + i] - shared_part * x[first + i];
    dx[first + i] = gradient + keep * dx[first + i];
  }
}
