/** A part of an address as people read it; as it is written where a per cent sign begins no byte. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
