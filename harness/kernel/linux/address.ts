/** Text form of an IPv6 address of eight groups, shortened as RFC 5952 asks. */
export function ipv6Text(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.start < 0) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}

const KNOWN_LIMIT = 1000;
const known = new Map<string, string>();

/** Address of a row of /proc/net/tcp (8 digits) or tcp6 (32): words of 32 bits in host order; v4-mapped is v4. */
export function hexAddress(hex: string): string {
  const text = known.get(hex) ?? bytesAddress(Buffer.from(hex, 'hex').swap32());
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(hex, text);
  return text;
}

/** Text form of the 4 or 16 bytes of an address, as they are sent; v4-mapped is v4. */
export function bytesAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: number[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2) groups.push(bytes.readUInt16BE(at));
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? bytes.subarray(12).join('.') : ipv6Text(groups);
}
