/**
 * Length of the UTF-8 sequence that begins at `at`: 1 to 4 when it is valid (RFC 3629), 0 when the byte begins none,
 * -1 when the bytes end inside what may become one.
 */
export function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead === undefined) return -1;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let next = 1; next < length; next += 1) {
    const byte = bytes[at + next];
    if (byte === undefined) return -1;
    const low = next > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = next > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return length;
}

/** The last index up to `at` that does not stand inside a character; a byte that is no UTF-8 counts as one. */
export function characterStart(bytes: Uint8Array, at: number): number {
  for (let start = Math.max(0, at - 3); start < at; start += 1) {
    if (sequenceLength(bytes, start) > at - start) return start;
  }
  return at;
}

/** The bytes without a last character of which only the beginning has come. */
export function wholeCharacters(bytes: Buffer): Buffer {
  for (let start = Math.max(0, bytes.length - 3); start < bytes.length; start += 1) {
    if (sequenceLength(bytes, start) === -1) return bytes.subarray(0, start);
  }
  return bytes;
}
