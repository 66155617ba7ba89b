// Prepended to the kernels that read logits: an order on floats that ties and -inf cannot disturb, by their bits (WGSL
// may assume that NaN and infinities do not occur, so they are never compared as floats).

// The value of -inf in sums: its exponential is 0 beside any real logit, and adding it up does not overflow.
const LOWEST = -1.0e30;

// NaN and +inf; -inf is a legal logit: a token that is never sampled.
fn is_bad(bits: u32) -> bool {
  return (bits & 0x7fffffffu) >= 0x7f800000u && bits != 0xff800000u;
}

// Larger key = larger logit; equal logits (-0 and 0 too) have equal keys; 0 means "none left".
fn key_of(bits: u32) -> u32 {
  if (bits == 0x80000000u) {
    return key_of_ordered(0u);
  }
  return key_of_ordered(bits);
}

fn key_of_ordered(bits: u32) -> u32 {
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn logit_of(key: u32) -> f32 {
  let bits = select(~key, key & 0x7fffffffu, (key & 0x80000000u) != 0u);
  if (bits == 0xff800000u) {
    return LOWEST;
  }
  return bitcast<f32>(bits);
}
