// Global L2 norm of all gradients: norm[0] = sqrt(sum of sum_squares' partials), summed in their order.
// partials f32 [count]; norm f32 [1].
// Dispatch: one thread.
// Reference: a sum in its test.
// Tolerance: 1e-5 relative.
struct Params {
  count: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> norm: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < params.count; i++) {
    sum += partials[i];
  }
  norm[0] = sqrt(sum);
}
