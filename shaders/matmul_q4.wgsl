// int4 product: y[t, o] = sum_k x[t, k] W[o, k] + bias[o] (when hasBias) + y[t, o] (when accumulate).
// x f32 [tokens, inputs]; weight u32 [outputs, inputs / 8]; scales; bias f32 [outputs]; y f32 [tokens, outputs].
// Tokens tokenBase .. tokens - 1 are computed, so that long products can be split. inputs is a multiple of 32.
// A thread computes 4 * ROW_QUADS outputs x 4 tokens: a weight is dequantised once and used for all tokens of the tile.
// The tile is in matrices, not arrays: software adapters put arrays with a variable index into memory (5 times slower).
// No workgroup memory: their barriers are slower still.
// The order of additions over k is the same for every token and tile, so path i does not depend on the number of paths.
// Dispatch: x over tiles of outputs, y over tiles of tokens.
// Reference: reference/matmul.ts.
// Tolerance: 1e-5 * sum |x W|.
override ROW_QUADS: u32;
override WORKGROUP_SIZE: u32;

struct Params {
  tokens: u32,
  tokenBase: u32,
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

// Four rows of weights times four tokens: column t of the result is token t's product with each row.
fn product(words: vec4u, scale: vec4f, x_low: mat4x4f, x_high: mat4x4f) -> mat4x4f {
  let low = mat4x4f(
    low_weights(words.x, scale.x),
    low_weights(words.y, scale.y),
    low_weights(words.z, scale.z),
    low_weights(words.w, scale.w),
  );
  let high = mat4x4f(
    high_weights(words.x, scale.x),
    high_weights(words.y, scale.y),
    high_weights(words.z, scale.z),
    high_weights(words.w, scale.w),
  );
  return transpose(low) * x_low + transpose(high) * x_high;
}

fn words_at(at: vec4u) -> vec4u {
  return vec4u(weight[at.x], weight[at.y], weight[at.z], weight[at.w]);
}

fn scales_at(groups: vec4u) -> vec4f {
  return vec4f(scale_at(groups.x), scale_at(groups.y), scale_at(groups.z), scale_at(groups.w));
}

fn scale_at(group: u32) -> f32 {
  return scale_value(scales[scale_word_index(group)], group);
}

// The loops end at the matrix's edge, which also keeps compilers from unrolling 16 guarded writes.
fn write_tile(token: u32, row: u32, tile: mat4x4f) {
  let token_end = min(token + 4u, params.tokens);
  let row_end = min(row + 4u, params.outputs);
  var sums = tile;
  for (var t = token; t < token_end; t++) {
    for (var r = row; r < row_end; r++) {
      let at = t * params.outputs + r;
      var value = sums[t - token][r - row];
      if (params.hasBias != 0u) {
        value += bias[r];
      }
      if (params.accumulate != 0u) {
        value += y[at];
      }
      y[at] = value;
    }
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x * 4u * ROW_QUADS;
  let token = params.tokenBase + id.y * 4u;
  if (row >= params.outputs || token >= params.tokens) {
    return;
  }
  let groups = params.inputs / 32u;
  // Rows and tokens past the end repeat the last one; they are never written.
  let rows_a = min(row + vec4u(0u, 1u, 2u, 3u), vec4u(params.outputs - 1u));
  let rows_b = min(row + vec4u(4u, 5u, 6u, 7u), vec4u(params.outputs - 1u));
  let x_from = min(token + vec4u(0u, 1u, 2u, 3u), vec4u(params.tokens - 1u)) * (8u * groups);
  var sums_a = mat4x4f();
  var sums_b = mat4x4f();
  for (var group = 0u; group < groups; group++) {
    let groups_a = rows_a * groups + group;
    let groups_b = rows_b * groups + group;
    let scales_a = scales_at(groups_a);
    var scales_b = vec4f();
    if (ROW_QUADS == 2u) {
      scales_b = scales_at(groups_b);
    }
    for (var word = 0u; word < 4u; word++) {
      let at = x_from + 8u * group + 2u * word;
      let x_low = mat4x4f(x[at.x], x[at.y], x[at.z], x[at.w]);
      let x_high = mat4x4f(x[at.x + 1u], x[at.y + 1u], x[at.z + 1u], x[at.w + 1u]);
      sums_a += product(words_at(4u * groups_a + word), scales_a, x_low, x_high);
      if (ROW_QUADS == 2u) {
        sums_b += product(words_at(4u * groups_b + word), scales_b, x_low, x_high);
      }
    }
  }
  write_tile(token, row, sums_a);
  if (ROW_QUADS == 2u) {
    write_tile(token, row + 4u, sums_b);
  }
}
