// Softmax figures of a chunk of logits, first by blocks of blockSize ids: partials = (largest logit m, sum exp(l - m),
// sum exp(l - m) (l - m)). Only ids below activeVocab count: the rest is padding.
// logits f32 [rows, vocabulary]; partials f32 x 4 [rows, blocks].
// Dispatch: a thread a block of a row.
// Reference: reference/head.ts.
// Tolerance: 1e-5 relative.
struct Params {
  rows: u32,
  vocabulary: u32,
  activeVocab: u32,
  blockSize: u32,
  blocks: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x / params.blocks;
  if (row >= params.rows) {
    return;
  }
  let block_index = id.x % params.blocks;
  let first = row * params.vocabulary + block_index * params.blockSize;
  let last = row * params.vocabulary + min((block_index + 1u) * params.blockSize, params.activeVocab);
  var largest = -3.0e38;
  for (var i = first; i < last; i++) {
    largest = max(largest, logits[i]);
  }
  var sum = 0.0;
  var weighted = 0.0;
  for (var i = first; i < last; i++) {
    let below = logits[i] - largest;
    let weight = exp(below);
    sum += weight;
    weighted += weight * below;
  }
  partials[id.x] = vec4f(largest, sum, weighted, 0.0);
}
