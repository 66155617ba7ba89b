// Gradient of a block of an adapter's layer: G[i, j] += scale * sum_t x[t, i] z[t, j].
// dB: x = dy, z = u; dA: x = du, z = the matrix's input.
// x f32 [tokens, xStride], columns xFrom .. xFrom + rows - 1;
// z f32 [tokens, zStride], columns zFrom .. zFrom + columns - 1;
// gradients f32, G [rows, columns] from element gFrom on. All sizes but tokens are multiples of 4.
// Dispatch: a thread a quad of columns of a quad of rows.
// Reference: reference/lora-backward.ts.
// Tolerance: 1e-5 * sum |x z|.
struct Params {
  tokens: u32,
  rows: u32,
  columns: u32,
  xStride: u32,
  xFrom: u32,
  zStride: u32,
  zFrom: u32,
  gFrom: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> z: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradients: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.columns / 4u;
  let column = id.x % quads;
  let row = id.x / quads;
  if (4u * row >= params.rows) {
    return;
  }
  let x_at = params.xFrom / 4u + row;
  let z_at = params.zFrom / 4u + column;
  var sums = mat4x4f();
  for (var t = 0u; t < params.tokens; t++) {
    let left = x[t * (params.xStride / 4u) + x_at];
    let right = z[t * (params.zStride / 4u) + z_at];
    sums += mat4x4f(left.x * right, left.y * right, left.z * right, left.w * right);
  }
  for (var i = 0u; i < 4u; i++) {
    gradients[params.gFrom / 4u + (4u * row + i) * quads + column] += params.scale * sums[i];
  }
}
