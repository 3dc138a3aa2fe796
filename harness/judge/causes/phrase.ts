import type { Language } from './language.ts';

/**
 * A text for every language, or one for each that says it in its own way; `other` is for those that are not named. Words
 * in braces stand for what the language calls it: `{receive}` is `recv()` in C and `read()` in Java.
 */
export type Phrase = string | (Partial<Readonly<Record<Language, string>>> & { readonly other: string });

type Words = Readonly<Record<Language, string>>;

const TERMS: Readonly<Record<string, Words>> = {
  receive: {
    python: 'recv()',
    c: 'recv()',
    java: 'read()',
    javascript: "the 'data' event",
    other: 'receiving',
  },
  'what was received': {
    python: 'what recv() returned',
    c: 'the bytes that recv() wrote into the buffer, as many as it returned',
    java: 'the bytes that read() put into the array, as many as it returned',
    javascript: "the Buffer of the 'data' event",
    other: 'the bytes that were received, as many as came',
  },
  send: { python: 'sendall()', c: 'send()', java: 'write()', javascript: 'write()', other: 'sending' },
  'send all': {
    python: 'sendall()',
    c: 'send() in a loop, until every byte is sent',
    java: 'write() of the OutputStream',
    javascript: 'write()',
    other: 'a loop that sends until every byte is sent',
  },
  accept: {
    python: 'accept()',
    c: 'accept()',
    java: 'accept()',
    javascript: 'the listener of net.createServer()',
    other: 'accepting',
  },
  connect: {
    python: 'connect()',
    c: 'connect()',
    java: 'new Socket(host, port)',
    javascript: 'net.connect()',
    other: 'connecting',
  },
  listen: {
    python: 'listen()',
    c: 'listen()',
    java: 'new ServerSocket(port)',
    javascript: 'server.listen(port)',
    other: 'listening',
  },
  'close it': {
    python: 'close() the socket',
    c: 'close() its descriptor',
    java: 'close() the socket',
    javascript: 'end() the socket',
    other: 'close the socket',
  },
  'the end of the stream': {
    python: 'recv() returns b""',
    c: 'recv() returns 0',
    java: 'read() returns -1, or readLine() null',
    javascript: "the 'end' event comes",
    other: 'nothing is received any more',
  },
  'the given port': {
    python: 'int(sys.argv[1])',
    c: 'atoi(argv[1])',
    java: 'Integer.parseInt(args[0])',
    javascript: 'Number(process.argv[2])',
    other: 'the argument of the command line, as a number',
  },
  'the given host and port': {
    python: 'sys.argv[1] and int(sys.argv[2])',
    c: 'argv[1] and atoi(argv[2])',
    java: 'args[0] and Integer.parseInt(args[1])',
    javascript: 'process.argv[2] and Number(process.argv[3])',
    other: 'the first two arguments of the command line',
  },
  'accepted socket': {
    python: 'the socket that accept() returned',
    c: 'the descriptor that accept() returned',
    java: 'the Socket that accept() returned',
    javascript: 'the socket that the listener of net.createServer() got',
    other: 'the accepted socket',
  },
  'exit with an error': {
    python: 'sys.exit(1)',
    c: 'exit(1)',
    java: 'System.exit(1)',
    javascript: 'process.exit(1)',
    other: 'end with status 1',
  },
};

/** A phrase in one language, with what has to be filled in, `{peer}` for instance. */
export function phraseIn(
  phrase: Phrase,
  language: Language,
  values: Readonly<Record<string, string>> = {},
): string {
  const text = typeof phrase === 'string' ? phrase : (phrase[language] ?? phrase.other);
  return text.replace(
    /\{([a-z][a-z ]*)\}/g,
    (whole, name: string) => values[name] ?? TERMS[name]?.[language] ?? whole,
  );
}
