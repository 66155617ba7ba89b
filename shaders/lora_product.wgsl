// Product with a block of an adapter's layer, not transposed: y[t, j] = scale * sum_i x[t, i] M[i, j] + y[t, j] (when
// accumulate).
// Backward of the low-rank update: du = scale * dy B (M = B), then dx += du A (M = A).
// x f32 [tokens, xStride], columns xFrom .. xFrom + inner - 1; adapter f32, M [inner, columns] from element mFrom on;
// y f32 [tokens, yStride], columns yFrom .. yFrom + columns - 1. All sizes but tokens are multiples of 4.
// Dispatch: a thread a quad of columns of a tile of 4 tokens (ranks are small: one axis leaves no lanes idle).
// Reference: reference/lora-backward.ts.
// Tolerance: 1e-5 * sum |x M|.
struct Params {
  tokens: u32,
  inner: u32,
  columns: u32,
  xStride: u32,
  xFrom: u32,
  mFrom: u32,
  yStride: u32,
  yFrom: u32,
  accumulate: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> adapter: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quads = params.columns / 4u;
  let quad = id.x % quads;
  let token = 4u * (id.x / quads);
  if (token >= params.tokens) {
    return;
  }
  let tokens = min(token + vec4u(0u, 1u, 2u, 3u), vec4u(params.tokens - 1u));
  let x_at = (tokens * params.xStride + params.xFrom) / 4u;
  let m_at = params.mFrom / 4u + quad;
  var sums = mat4x4f();
  for (var i = 0u; i < params.inner / 4u; i++) {
    let at = m_at + 4u * i * quads;
    let m = mat4x4f(adapter[at], adapter[at + quads], adapter[at + 2u * quads], adapter[at + 3u * quads]);
    sums += m * mat4x4f(x[x_at.x + i], x[x_at.y + i], x[x_at.z + i], x[x_at.w + i]);
  }
  let end = min(token + 4u, params.tokens);
  for (var t = token; t < end; t++) {
    let at = (t * params.yStride + params.yFrom) / 4u + quad;
    var value = params.scale * sums[t - token];
    if (params.accumulate != 0u) {
      value += y[at];
    }
    y[at] = value;
  }
}
