import type { PlanStep } from '../../model/index.ts';
import type { Evidence } from './evidence.ts';
import type { CauseRow } from './row.ts';

/** The author has written that lines end with \r\n. */
function namesCrlf({ args }: PlanStep): boolean {
  return /crlf|\\r\\n/i.test(JSON.stringify(args));
}

/** A response without a body has other rules of its length, which the scenario knows. */
function answersHead({ args: { http } }: PlanStep): boolean {
  return typeof http === 'object' && http !== null && 'to' in http && http.to === 'HEAD';
}

/** What was said to be wrong with the bytes, in the words of the matcher. */
function words({ found }: Evidence): string {
  return [found.summary, found.actual, ...(found.evidence ?? [])].join('\n');
}

const isC = (seen: Evidence) => seen.language === 'c' || seen.language === 'other';

/** How many of the bytes that were expected came, where they came to a stop. */
function cameBefore({ found }: Evidence): number | undefined {
  const only = /only (\d+) of (\d+) bytes/i.exec(found.summary);
  return only && Number(only[2]) > Number(only[1]) ? Number(only[1]) : undefined;
}

/**
 * Nothing but NUL bytes came, or mostly so behind what was there before, where none belong: an unused part of a buffer.
 * Numbers of a binary protocol have such bytes of their own.
 */
function sendsUnused({ connection, found, step }: Evidence): boolean {
  if (/\\(0|x00)/.test(found.expected ?? '')) return false;
  const bytes = connection?.received.from(connection.consumed) ?? Buffer.alloc(0);
  if (step.args.equals === undefined || bytes.length === 0) return false;
  return bytes.subarray(bytes.length / 2).every((byte) => byte === 0);
}

/** Bytes that came and are not the right ones: what happened to them is plain, and the usual reason for it likely. */
export const REPLIES: readonly CauseRow[] = [
  {
    id: 'shared_address_variable',
    certainty: 'proved',
    of: ['wrong_client'],
    when: (seen) => seen.byDatagrams,
    hint: {
      java: 'Send each reply to packet.getSocketAddress() of the datagram that it answers: the address of another client was kept.',
      javascript:
        "Send each reply to rinfo.port and rinfo.address of its own 'message' event: the address of another client was kept.",
      other:
        'Send each reply to the address that recvfrom() gave for just that datagram: the address of another client was kept.',
    },
  },
  {
    id: 'shared_connection_variable',
    certainty: 'proved',
    of: ['wrong_client'],
    hint: {
      python:
        'Hand the accepted socket to its thread as an argument, threading.Thread(target=serve, args=(conn,)), and use only that one in it: a global or shared variable holds the latest client.',
      c: 'Give each client a variable of its own, and hand that to its thread (malloc() one int for each): a global or shared one holds the latest client only.',
      java: 'Keep the Socket of each client in a local variable or a final field of its own handler: a static or shared one holds the latest client only.',
      javascript:
        'Answer on the socket that the listener was called with, and keep no socket in a variable outside of it: that one holds the latest client only.',
      other:
        'Keep the connection of each client in a variable of its own, and answer on that one: a shared one holds the latest client only.',
    },
  },
  {
    id: 'trailing_nul',
    certainty: 'likely',
    of: ['trailing_nul'],
    hint: {
      c: 'Send as many bytes as the message has: what recv() returned, or strlen() of a text, without the NUL at its end and not the size of the buffer.',
      java: 'Send only what was received, not the whole array: write(buffer, 0, n) with the n that read() returned, or of a datagram getLength() bytes.',
      other: 'Send only the bytes of the message, without the NUL bytes behind them.',
    },
  },
  {
    id: 'unused_buffer',
    certainty: 'likely',
    of: ['different'],
    when: sendsUnused,
    hint: {
      c: 'Send the buffer that recv() wrote into, from its beginning: NUL bytes came, from a buffer or a part of one that nothing was written to.',
      java: 'Call flip() on the ByteBuffer between read() and write(), or write the array that read() filled: what came is the unused part of a buffer, NUL bytes.',
      other:
        'Send the buffer that the bytes were received into, from its beginning: what came is the unused part of one, NUL bytes.',
    },
  },
  {
    id: 'cut_at_nul',
    certainty: 'likely',
    of: ['cut_at_nul'],
    hint: {
      c: 'Send as many bytes as recv() returned: strlen() and %s stop at the first NUL byte in the data.',
      other:
        'Send all bytes that were received: the data was cut at its first NUL byte, as strings of C are.',
    },
  },
  {
    id: 'printed_until_nul',
    certainty: 'likely',
    of: ['not_printed'],
    when: ({ found }) => found.detail === 'printed_until_nul',
    hint: {
      c: 'Print with fwrite(), as many bytes as recv() returned: printf("%s") and puts() stop at the first NUL byte.',
      other:
        'Print all bytes that were received: the output stops at the first NUL byte, as strings of C do.',
    },
  },
  {
    id: 'strlen_of_received',
    certainty: 'likely',
    of: ['extra_bytes'],
    when: (seen) =>
      isC(seen) && seen.step.args.equals !== undefined && /too many after the right/.test(words(seen)),
    hint: {
      c: 'Send as many bytes as recv() or read() returned, not strlen() of the buffer: nothing ends what was received with a NUL, so older bytes behind it go along.',
      other:
        'Send only the bytes that were received this time, as many as came: older ones that are still in the buffer go along.',
    },
  },
  {
    id: 'length_prefix',
    certainty: 'likely',
    of: ['extra_bytes'],
    when: (seen) => /tell the length of the message/.test(words(seen)),
    hint: {
      java: 'Write the bytes themselves, out.write(text.getBytes()), instead of writeUTF() or writeObject(), which put a length before them.',
      python: 'Send the message alone: a length (struct.pack) goes out before it, which was not asked for.',
      other: 'Send the message alone: a length goes out before it, which was not asked for.',
    },
  },
  {
    id: 'extra_newline',
    certainty: 'likely',
    of: ['extra_newline'],
    hint: {
      python:
        'Send the bytes as they are: print() and + "\\n" add a newline to a text that has one, or needs none.',
      c: 'Send the bytes as they are: puts() and a "\\n" in the format add a newline to a text that has one, or needs none.',
      java: 'Send with print() or write() instead of println(), which adds a newline.',
      javascript: 'Send the Buffer as it is: + "\\n" adds a newline to a text that has one, or needs none.',
      other: 'Send the bytes as they are, without another newline at the end.',
    },
  },
  {
    id: 'missing_newline',
    certainty: 'likely',
    of: ['missing_newline'],
    hint: {
      python:
        'Put the newline back, + b"\\n", or keep it: input(), strip() and splitlines() take it away, and it belongs to the message.',
      c: 'Keep the newline that fgets() or recv() returned, or add "\\n": it belongs to the message.',
      java: 'Add the newline again, println() or + "\\n": readLine() takes it away, and it belongs to the message.',
      javascript: 'Keep the newline, without trim(), or add "\\n": it belongs to the message.',
      other: 'Keep the newline, or add it again: it belongs to the message.',
    },
  },
  {
    id: 'crlf',
    certainty: 'likely',
    of: ['crlf'],
    hint: 'Send line endings as they came, \\n alone: something turns them into \\r\\n.',
  },
  {
    id: 'line_reader',
    certainty: 'likely',
    ofStreams: true,
    of: ['lf'],
    when: (seen) => seen.step.args.http === undefined && !namesCrlf(seen.step),
    hint: {
      java: 'Read bytes with read() instead of lines with readLine() or a Scanner, which drop the \\r before a \\n.',
      python:
        'Send back what recv() returned: a file opened as text (makefile("r")), or splitlines(), reads lines and drops the \\r before a \\n.',
      other:
        'Send back {what was received}: something reads lines or text on the way and drops the \\r before a \\n.',
    },
  },
  {
    id: 'lf',
    certainty: 'likely',
    of: ['lf'],
    hint: {
      java: 'End every line with print(… + "\\r\\n"), as the protocol wants it, the empty line after a header too: println() and "\\n" send \\n alone.',
      other: 'End every line with \\r\\n, as the protocol wants it, the empty line after a header too.',
    },
  },
  {
    id: 'python_literal',
    certainty: 'likely',
    of: ['decoded', 'not_printed'],
    when: (seen) => /as Python prints them|b['"]/.test(words(seen)) && seen.language === 'python',
    hint: "Turn bytes into text with decode(), or leave them bytes: str() of bytes, and an f-string or print() of them, give b'…' with quotes and backslashes.",
  },
  {
    id: 'utf16',
    certainty: 'likely',
    of: ['utf16'],
    hint: {
      python: 'Encode text as UTF-8, text.encode(), instead of UTF-16.',
      java: 'Write text with getBytes(StandardCharsets.UTF_8) instead of writeChars() or UTF-16.',
      javascript: "Write text as 'utf8' instead of 'utf16le'.",
      other: 'Send text as UTF-8, one byte for each character of ASCII: wide characters (UTF-16) go out.',
    },
  },
  {
    id: 'decoded',
    certainty: 'likely',
    of: ['decoded'],
    hint: {
      python: 'Keep what recv() returned as bytes: leave decode(), encode() and files opened as text out.',
      java: 'Copy bytes from the InputStream to the OutputStream, or those of a datagram: leave String, Reader, Writer and Scanner out, which decode them.',
      javascript:
        "Send the Buffers of the 'data' event themselves: leave setEncoding(), toString() and joining with text out, which decode them.",
      c: 'Copy the bytes as they are, with their length: leave wide characters and conversions out.',
      other: 'Copy the bytes as they are: do not decode them into text and back.',
    },
  },
  {
    id: 'duplicated',
    certainty: 'likely',
    of: ['duplicated'],
    hint: 'Send each message once: a second {send} with the same bytes follows, or the loop sends what it has sent before.',
  },
  {
    id: 'bad_http',
    certainty: 'likely',
    of: ['bad_http'],
    when: (seen) => !answersHead(seen.step),
    hint: 'Begin with a status line, HTTP/1.1 200 OK, then header lines and an empty line, each with \\r\\n at its end, and then the body.',
  },
  {
    id: 'length_in_characters',
    certainty: 'likely',
    of: ['http_length'],
    when: (seen) => !answersHead(seen.step),
    hint: {
      python:
        'Send Content-Length: len(body) of the encoded bytes, not of the text, and then all of these with sendall(), and no more.',
      java: 'Send Content-Length: getBytes(StandardCharsets.UTF_8).length, not length() of the String, and then all of these bytes, and no more.',
      javascript:
        'Send Content-Length: Buffer.byteLength(body), not body.length, and then all of these bytes, and no more.',
      other:
        'Send a Content-Length: the number of bytes of the body, not of its characters, and then all of these bytes, and no more.',
    },
  },
  {
    id: 'sizeof_pointer',
    certainty: 'likely',
    of: ['truncated'],
    when: (seen) => isC(seen) && [4, 8].includes(cameBefore(seen) ?? 0),
    hint: {
      c: 'Send strlen() of the text, or what recv() returned, instead of sizeof: of a pointer, or an array that is a parameter, sizeof is 8 (of an int 4), whatever it points to.',
      other: 'Send as many bytes as the message has: just 4 or 8 came, the size of a number or a pointer.',
    },
  },
  {
    id: 'short_send',
    certainty: 'likely',
    ofStreams: true,
    of: ['truncated'],
    when: (seen) => (cameBefore(seen) ?? 0) >= 16 * 1024,
    hint: {
      python:
        'Use sendall() instead of send(): send() may take only a part of a long message, and returns how much.',
      c: 'Call send() again with the rest until all is sent: it may take only a part of a long message, and returns how much.',
      java: 'Write until the buffer has nothing left, while (buffer.hasRemaining()): write() of a channel may take only a part.',
      other: 'Send again what is left until all is sent: one call may take only a part of a long message.',
    },
  },
  {
    id: 'extra_bytes',
    certainty: 'likely',
    of: ['extra_bytes'],
    // Among several clients it is mostly the wrong one that was written to, which the scenario knows better.
    when: (seen) => seen.step.args.equals !== undefined && seen.view.connections.size === 1,
    hint: {
      other: 'Leave the extra bytes out: only the {message} itself goes to the {peer}.',
    },
    values: (seen) => ({ peer: seen.peer, message: seen.role === 'server' ? 'reply' : 'request' }),
  },
  {
    id: 'different_case',
    certainty: 'likely',
    of: ['different_case'],
    hint: 'Send letters as the task wants them: only upper and lower case differ.',
  },
  {
    id: 'spaces',
    certainty: 'likely',
    of: ['spaces'],
    hint: 'Send spaces and tabs as they are: only these differ.',
  },
];
