const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The bytes without those listed. */
export function without(bytes: Buffer, ...unwanted: readonly number[]): Buffer {
  return keep(bytes, (byte) => !unwanted.includes(byte));
}

/** The bytes with A–Z in lower case; all others stay. */
export function lowerCase(bytes: Buffer): Buffer {
  const lower = Buffer.from(bytes);
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x41 && byte <= 0x5a) lower[at] = byte + 0x20;
  }
  return lower;
}

/** The bytes with every `\r\n` as `\n`. */
export function withoutCrlf(bytes: Buffer): Buffer {
  return keep(bytes, (byte, at) => byte !== RETURN || bytes[at + 1] !== NEWLINE);
}

function keep(bytes: Buffer, wanted: (byte: number, at: number) => boolean): Buffer {
  const kept = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (!wanted(byte, at)) continue;
    kept[length] = byte;
    length += 1;
  }
  return kept.subarray(0, length);
}

/** The bytes with every `\n` as `\r\n`. */
export function withCrlf(bytes: Buffer): Buffer {
  return Buffer.from(withoutCrlf(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

/** UTF-8 text as UTF-16, without a byte order mark. */
export function utf16(bytes: Buffer, order: 'le' | 'be'): Buffer {
  const text = Buffer.from(bytes.toString(), 'utf16le');
  return order === 'le' ? text : text.swap16();
}

/** What Python prints for these bytes, as in `b'hello\n'`. */
export function pythonLiteral(bytes: Buffer): Buffer {
  const quote = bytes.includes("'") && !bytes.includes('"') ? '"' : "'";
  const named: { readonly [byte: number]: string } = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' };
  const body = Array.from(bytes, (byte) => {
    const short = named[byte];
    if (short !== undefined) return short;
    if (byte >= 0x20 && byte < 0x7f)
      return String.fromCharCode(byte) === quote ? `\\${quote}` : String.fromCharCode(byte);
    return `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return Buffer.from(`b${quote}${body.join('')}${quote}`);
}
