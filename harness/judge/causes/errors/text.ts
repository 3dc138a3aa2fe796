import type { ErrorRow } from './row.ts';

/** Text and bytes are mixed up. The first that fits counts, so what is more special stands first. */
export const TEXT: readonly ErrorRow[] = [
  {
    id: 'text_for_bytes',
    text: [
      'a bytes-like object is required, not',
      "can't concat str to bytes",
      'can only concatenate str (not "bytes")',
      'must be str, not bytes',
      "can't concat bytes to str",
      "Type str doesn't support the buffer API",
      'ERR_INVALID_ARG_TYPE',
      'argument must be of type string or an instance of Buffer',
      'first arg must be bytes',
      'string argument without an encoding',
    ],
    hint: {
      python:
        'Turn text into bytes before sending it, text.encode() or b"…", and bytes into text with decode() before mixing them: sockets take and give bytes. {where}',
      javascript:
        'Hand write() and end() a string or a Buffer: turn any other value into text with String() first. {where}',
      other: 'Turn text into bytes before sending it, and bytes into text before mixing them. {where}',
    },
  },
  {
    id: 'bytes_are_no_text',
    text: [
      'UnicodeDecodeError',
      'Utf8Error',
      'MalformedInputException',
      'did not contain valid UTF-8',
      'invalid utf-8 sequence',
      'ERR_ENCODING_INVALID_ENCODED_DATA',
      'not valid for encoding',
    ],
    hint: {
      python:
        'Keep what recv() returned as bytes instead of calling decode(): not all bytes are text, and a character may be cut in two between two recv(). {where}',
      other:
        'Send the bytes as they were received, without decoding them: not all bytes are text, and a character may be cut in two. {where}',
    },
  },
  {
    id: 'ascii_only',
    text: ['UnicodeEncodeError', 'UnmappableCharacterException'],
    hint: {
      python:
        'Encode text as UTF-8, text.encode("utf-8"), or keep bytes as bytes: the encoding that was chosen has no such character. {where}',
      other:
        'Encode text as UTF-8, or keep bytes as bytes: the encoding that was chosen has no such character. {where}',
    },
  },
];
