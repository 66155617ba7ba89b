// First pass over the logits, by blocks of blockSize ids: largest key, sums for the softmax, whether there is a NaN or
// +inf.
// logits u32 bits of f32 [rows, vocabulary]; only ids below `activeVocab` count: the rest is padding.
// keys u32 and stats vec4f have four and two sections, each [rows, ..]: keys = block maxima, block maxima left to take,
// group maxima, group maxima left to take; stats = blocks, groups; here only the blocks' are written.
// stats: (sum exp(l - m), sum exp((l - m) / temperature), sum l, 1 if bad), m the block's own largest logit.
// Dispatch: a thread a block of a row.
// Reference: reference/sampling.ts.
// Tolerance: 1e-5 relative; keys exact.
struct Params {
  rows: u32,
  vocabulary: u32,
  activeVocab: u32,
  blockSize: u32,
  blocks: u32,
  temperature: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<u32>;
@group(0) @binding(2) var<storage, read_write> keys: array<u32>;
@group(0) @binding(3) var<storage, read_write> stats: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / params.blocks;
  if (row >= params.rows) {
    return;
  }
  let first = (id.x % params.blocks) * params.blockSize;
  let last = min(first + params.blockSize, params.activeVocab);
  let from_logit = row * params.vocabulary;
  var largest_key = 0u;
  var bad = 0.0;
  for (var i = first; i < last; i++) {
    let bits = logits[from_logit + i];
    if (is_bad(bits)) {
      bad = 1.0;
    }
    largest_key = max(largest_key, key_of(bits));
  }
  let largest = logit_of(largest_key);
  var sums = vec3f(0.0);
  if (bad == 0.0) {
    for (var i = first; i < last; i++) {
      let logit = logit_of(key_of(logits[from_logit + i]));
      let below = logit - largest;
      sums += vec3f(exp(below), exp(below / params.temperature), logit);
    }
  }
  keys[id.x] = largest_key;
  keys[params.rows * params.blocks + id.x] = largest_key;
  stats[id.x] = vec4f(sums, bad);
}
