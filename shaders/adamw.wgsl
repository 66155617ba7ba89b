// One AdamW step on a layer's adapter (Loshchilov & Hutter, arXiv 1711.05101, decoupled decay), on gradients clipped to
// a global L2 norm as clip_grad_norm_ of PyTorch does it: factor min(1, maxNorm / (norm + 1e-6)). Gradients become 0.
// When the norm is not finite, values and moments stay as they are.
// norm f32 [1]; gradients, values, firstMoments, secondMoments f32 [4 quads]; oneMinusBeta1, 2: 1 - beta1, 2;
// correction1, 2: 1 - beta^updates; the host computes them in f64, since 1 - 0.999 in f32 is off by 5e-5.
// Dispatch: a thread a vec4.
// Reference: reference/adamw.ts.
// Tolerance: 1e-5 relative.
struct Params {
  quads: u32,
  learningRate: f32,
  beta1: f32,
  beta2: f32,
  oneMinusBeta1: f32,
  oneMinusBeta2: f32,
  eps: f32,
  weightDecay: f32,
  maxNorm: f32,
  correction1: f32,
  correction2: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> norm: array<u32>;
@group(0) @binding(2) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> values: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> firstMoments: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> secondMoments: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.quads) {
    return;
  }
  // By its bits: WGSL may assume that no float is NaN or infinite.
  if ((norm[0] & 0x7f800000u) != 0x7f800000u) {
    let factor = min(1.0, params.maxNorm / (bitcast<f32>(norm[0]) + 1.0e-6));
    let gradient = factor * gradients[id.x];
    let first = params.beta1 * firstMoments[id.x] + params.oneMinusBeta1 * gradient;
    let second = params.beta2 * secondMoments[id.x] + params.oneMinusBeta2 * gradient * gradient;
    firstMoments[id.x] = first;
    secondMoments[id.x] = second;
    let divisor = sqrt(second / params.correction2) + params.eps;
    let decayed = values[id.x] * (1.0 - params.learningRate * params.weightDecay);
    values[id.x] = decayed - params.learningRate / params.correction1 * first / divisor;
  }
  gradients[id.x] = vec4f(0.0);
}
