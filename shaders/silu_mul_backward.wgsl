// Gradient of silu_mul, in place: a row of gateUp, g then u, becomes dg = dy u silu'(g), then du = dy silu(g), where
// silu'(g) = s + g s (1 - s), s the sigmoid of g.
// dy f32 [rows, width]; gateUp f32 [rows, 2 width]; width is a multiple of 4.
// Dispatch: a thread four columns of a row.
// Reference: reference/backward.ts.
// Tolerance: 1e-5 relative.
struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gateUp: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.width / 4u;
  let row = id.x / quads;
  if (row >= params.rows) {
    return;
  }
  let at = row * 2u * quads + id.x % quads;
  let gate = gateUp[at];
  // Beyond 80 the exponential would overflow, and the sigmoid is 0 to f32 anyway.
  let sigmoid = 1.0 / (1.0 + exp(min(-gate, vec4f(80.0))));
  let gradient = dy[id.x];
  gateUp[at] = gradient * gateUp[at + quads] * (sigmoid + gate * sigmoid * (1.0 - sigmoid));
  gateUp[at + quads] = gradient * gate * sigmoid;
}
