// Prepended to the kernels of attention over packed rows: a prompt's rows, then those of paths that all continue it.
// A row's span: x the first row of its own path (0 in the prompt), y the row after the last that sees it, z how many
// rows of the prompt it sees before its own path (0 in the prompt), w its position. A row sees the positions up to its
// own.

// The row with the key and value of `position`, for a row with this span.
fn key_row(span: vec4u, position: u32) -> u32 {
  return select(span.x + position - span.z, position, position < span.z);
}
