// Gated activation: y[r, i] = silu(g[r, i]) * u[r, i], where a row of gateUp is g then u.
// gateUp f32 [rows, 2 width]; y f32 [rows, width]; width is a multiple of 4.
// Dispatch: a thread four columns of a row.
// Reference: reference/silu.ts.
// Tolerance: 1e-5 relative.
struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> gateUp: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.width / 4u;
  let row = id.x / quads;
  if (row >= params.rows) {
    return;
  }
  let at = row * 2u * quads + id.x % quads;
  let gate = gateUp[at];
  // Beyond 80 the exponential would overflow, and the quotient is 0 to f32 anyway.
  y[id.x] = gate / (1.0 + exp(min(-gate, vec4f(80.0)))) * gateUp[at + quads];
}
