// int4 product: y[t, o] = sum_k x[t, k] W[o, k] + bias[o] (when hasBias) + y[t, o] (when accumulate).
// x f32 [tokens, inputs]; weight u32 [outputs, inputs / 8]; scales; bias f32 [outputs]; y f32 [tokens, outputs].
// inputs is a multiple of 32. A thread owns TILE_ROWS outputs x TILE_TOKENS tokens: a weight is dequantised once and used
// for every token of the tile. No workgroup memory: barriers are very slow on software adapters.
// The order of additions over k is the same for every token, whatever the number of tokens: path i does not depend on N.
// Dispatch: x over tiles of outputs, y over tiles of tokens. Twin: reference/matmul.ts. Tolerance: 1e-5 * sum |x W|.
const TILE_ROWS = 4u;
const TILE_TOKENS = 4u;
const ROW_QUADS = TILE_ROWS / 4u;

struct Params {
  tokens: u32,
  inputs: u32,
  outputs: u32,
  hasBias: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: array<u32>;
@group(0) @binding(3) var<storage, read> scales: array<u32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row0 = id.x * TILE_ROWS;
  let token0 = id.y * TILE_TOKENS;
  if (row0 >= params.outputs || token0 >= params.tokens) {
    return;
  }
  let words = params.inputs / 8u;
  let token_count = min(TILE_TOKENS, params.tokens - token0);
  var sums: array<array<vec4f, ROW_QUADS>, TILE_TOKENS>;
  for (var word = 0u; word < words; word++) {
    var low: array<mat4x4f, ROW_QUADS>;
    var high: array<mat4x4f, ROW_QUADS>;
    for (var q = 0u; q < ROW_QUADS; q++) {
      for (var r = 0u; r < 4u; r++) {
        // A row past the end repeats the last one; it is never written.
        let row = min(row0 + 4u * q + r, params.outputs - 1u);
        let group = row * (words / 4u) + word / 4u;
        let scale = scale_value(scales[scale_word_index(group)], group);
        let packed = weight[row * words + word];
        low[q][r] = low_weights(packed, scale);
        high[q][r] = high_weights(packed, scale);
      }
    }
    for (var t = 0u; t < token_count; t++) {
      let at = (token0 + t) * 2u * words + 2u * word;
      for (var q = 0u; q < ROW_QUADS; q++) {
        sums[t][q] += x[at] * low[q] + x[at + 1u] * high[q];
      }
    }
  }
  for (var t = 0u; t < token_count; t++) {
    for (var r = 0u; r < TILE_ROWS; r++) {
      let row = row0 + r;
      if (row < params.outputs) {
        let at = (token0 + t) * params.outputs + row;
        var value = sums[t][r / 4u][r % 4u];
        if (params.hasBias != 0u) {
          value += bias[row];
        }
        if (params.accumulate != 0u) {
          value += y[at];
        }
        y[at] = value;
      }
    }
  }
}
