import type { Diagnostic } from './diagnostic.ts';
import { sourceText } from './source-text.ts';

/** Longest specification, in bytes; large payloads belong into files of their own. */
export const MOST_BYTES = 1024 * 1024;

type Decoded = { readonly text: string } | { readonly diagnostic: Diagnostic };

/** Characters that YAML does not allow as such (YAML 1.2, 5.1). */
const FORBIDDEN = /(?![\t\n])\p{Cc}|[\ufffe\uffff]|\p{Cs}/u;

/** The text of a file: UTF-8 without byte order mark and with plain newlines, or the reason why it is no text. */
export function decode(bytes: Uint8Array, file: string): Decoded {
  const refuse = (text: string, offset: number, message: string, fix: string): Decoded => {
    const source = sourceText(file, text);
    const place = source.at(offset);
    return {
      diagnostic: {
        severity: 'error',
        file,
        ...place,
        length: 1,
        message,
        fix,
        excerpt: source.line(place.line),
      },
    };
  };
  if (bytes.length > MOST_BYTES)
    return refuse(
      Buffer.from(bytes.subarray(0, 200)).toString('latin1'),
      0,
      `the file is too large (${bytes.length} bytes; the limit is ${MOST_BYTES})`,
      'put large payloads into files of their own (file: NAME) or use repeat',
    );
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  const wide =
    mark === 0xfffe || mark === 0xfeff || (bytes.length > 3 && (bytes[0] === 0) !== (bytes[1] === 0));
  if (wide) return refuse('', 0, 'the file is UTF-16', 'save it as UTF-8');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const lenient = unify(new TextDecoder('utf-8').decode(bytes));
    return refuse(
      lenient,
      Math.max(0, lenient.indexOf('\ufffd')),
      'this is not UTF-8',
      'save the file as UTF-8; bytes that are no text are written with hex',
    );
  }
  return clean(text, file);
}

/** As `decode`, for what is text already. */
export function clean(text: string, file: string): Decoded {
  const unified = unify(text);
  const bad = FORBIDDEN.exec(unified);
  if (!bad) return { text: unified };
  const source = sourceText(file, unified);
  const place = source.at(bad.index);
  const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const instead = bad[0].charCodeAt(0) < 0x80 ? `"\\x${code.slice(2).toLowerCase()}"` : 'hex';
  return {
    diagnostic: {
      severity: 'error',
      file,
      ...place,
      length: 1,
      message: `the character U+${code} must not appear in a file as it is`,
      fix: `remove it; in a payload write ${instead}`,
      excerpt: source.line(place.line),
    },
  };
}

function unify(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
}
