import { isUtf8 } from 'node:buffer';

/** A file name as text: bytes that are no UTF-8 are shown as \xNN, and such a name can't be given to a command. */
export function nameText(name: Buffer): string {
  if (isUtf8(name)) return name.toString('utf8');
  return [...name]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`))
    .join('');
}
