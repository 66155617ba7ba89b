// Splits the fused projection: rotates q in place, rotates k into the key cache, copies v into the value cache.
// Half-split rotation (rotate_half): pair (i, i + headDim / 2) by the angle of its position.
// qkv f32 [rows, (heads + 2 kvHeads) headDim]; rope f32 pairs (cos, sin) [positions, headDim / 2], computed on the CPU
// in f64, since software adapters' sin and cos are off by 2e-4; keys, values f32 [cache rows, kvHeads headDim];
// row r has position positionBase + r * positionStride and is written to cache row cacheBase + slots[r].
// Dispatch: a thread a pair of one head of one row.
// Reference: reference/rope.ts.
// Tolerance: 1e-6 of the pair's length.
struct Params {
  rows: u32,
  heads: u32,
  kvHeads: u32,
  headDim: u32,
  positionBase: u32,
  positionStride: u32,
  cacheBase: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> rope: array<vec2f>;
@group(0) @binding(3) var<storage, read_write> qkv: array<f32>;
@group(0) @binding(4) var<storage, read_write> keys: array<f32>;
@group(0) @binding(5) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pairs = params.headDim / 2u;
  let all_heads = params.heads + 2u * params.kvHeads;
  let row = id.x / (pairs * all_heads);
  if (row >= params.rows) {
    return;
  }
  let head = (id.x / pairs) % all_heads;
  let pair = id.x % pairs;
  let at = (row * all_heads + head) * params.headDim + pair;
  let a = qkv[at];
  let b = qkv[at + pairs];
  let turn = rope[(params.positionBase + row * params.positionStride) * pairs + pair];
  let rotated = vec2f(a * turn.x - b * turn.y, b * turn.x + a * turn.y);
  if (head < params.heads) {
    qkv[at] = rotated.x;
    qkv[at + pairs] = rotated.y;
    return;
  }
  let cache_row = params.cacheBase + slots[row];
  let is_value = head >= params.heads + params.kvHeads;
  let kv_head = (head - params.heads) % params.kvHeads;
  let cache_at = (cache_row * params.kvHeads + kv_head) * params.headDim + pair;
  if (is_value) {
    values[cache_at] = a;
    values[cache_at + pairs] = b;
  } else {
    keys[cache_at] = rotated.x;
    keys[cache_at + pairs] = rotated.y;
  }
}
