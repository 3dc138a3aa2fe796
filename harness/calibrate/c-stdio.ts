import { including, value } from './c-changes.ts';
import { clientLoop, realCalls } from './c-places.ts';
import { type Call, type Change, put, replace } from './mutation.ts';
import { once } from './structure.ts';

/** A call that reads from a stream, see stdio(3), or writes to one. */
interface StreamCall extends Call {
  /** The FILE * it works on. */
  readonly stream: string;
}

/** Where in their arguments the functions of stdio have the stream. */
const READS: Readonly<Record<string, number>> = {
  fgets: 2,
  fread: 3,
  getline: 2,
  getdelim: 3,
  fgetc: 0,
  getc: 0,
  fscanf: 0,
};
const WRITES: Readonly<Record<string, number>> = {
  fputs: 1,
  fwrite: 3,
  fprintf: 0,
  vfprintf: 0,
  fputc: 1,
  putc: 1,
};
/** What is no connection to anybody. */
const TERMINAL = /^(?:stdin|stdout|stderr)$/;

function streamCalls(source: string, where: Readonly<Record<string, number>>): StreamCall[] {
  return realCalls(source, new RegExp(Object.keys(where).join('|')))
    .map((call) => ({ ...call, stream: call.args[where[call.name] ?? 0] ?? '' }))
    .filter(({ stream }) => /\w/.test(stream) && !TERMINAL.test(stream));
}

const reading = (source: string) => streamCalls(source, READS)[0];
const writing = (source: string) => streamCalls(source, WRITES)[0];

const reads = (make: (call: StreamCall, source: string) => string | undefined) => (source: string) => {
  const call = reading(source);
  const text = call && make(call, source);
  return call && text !== undefined ? put(text, call, source) : undefined;
};
const writes = (make: (call: StreamCall, source: string) => string | undefined) => (source: string) => {
  const call = writing(source);
  const text = call && make(call, source);
  return call && text !== undefined ? put(text, call, source) : undefined;
};

/** The type of what a call gives, what says that nothing came, and where the bytes are. */
function shapeOf({ name, args }: StreamCall): {
  type: string;
  none: string;
  bytes?: string;
  length?: string;
} {
  switch (name) {
    case 'fgets':
      return {
        type: 'char *',
        none: '!got_',
        bytes: `((char *)(${args[0]}))`,
        length: `strlen((char *)(${args[0]}))`,
      };
    case 'fread':
      return { type: 'size_t', none: 'got_ == 0' };
    case 'getline':
    case 'getdelim':
      return { type: 'ssize_t', none: 'got_ < 0', bytes: `(*(${args[0]}))`, length: 'got_' };
    default:
      return { type: 'int', none: 'got_ == EOF' };
  }
}

/** What was read, with more done to it: `got_` is what the call gave. */
const received = (statement: (shape: ReturnType<typeof shapeOf>, call: StreamCall) => string | undefined) =>
  reads((call) => {
    const shape = shapeOf(call);
    const more = statement(shape, call);
    return more && value(`${shape.type} got_ = ${call.text}; ${more} got_;`);
  });

/** What would be written, in a buffer first: `text_`, of `sent_` bytes. */
const written = (statements: (stream: string) => string) =>
  writes(({ name, args, stream }) => {
    const into: Record<string, string> = {
      fputs: `snprintf(text_, sizeof text_, "%s", ${args[0]})`,
      fprintf: `snprintf(text_, sizeof text_, ${args.slice(1).join(', ')})`,
    };
    const formatted = into[name];
    if (formatted === undefined) return undefined;
    return value(`char text_[65536]; int sent_ = ${formatted}; ${statements(stream)} sent_;`);
  });

const withString = (apply: (source: string) => Change) => including('string.h', apply);
const withExit = (apply: (source: string) => Change) => including('stdlib.h', apply);
const withSockets = (apply: (source: string) => Change) => including('sys/socket.h', apply);

/** Changes of programs that talk through streams, by the names that they have for those that call recv() and send(). */
export const STDIO: Readonly<Record<string, (source: string) => Change>> = {
  'recv-once': (source) => {
    const call = reading(source);
    const loop = call && clientLoop(source, call);
    return loop && once(source, loop);
  },
  'small-buffer': reads(({ name, args }) =>
    name === 'fgets' ? `fgets(${args[0]}, 16, ${args[2]})` : undefined,
  ),
  'no-eof-check': (source) => {
    const call = reading(source);
    if (!call) return undefined;
    if (call.name === 'fgets') return put(`(${call.text}, (char *)(${call.args[0]}))`, call, source);
    const after = source.slice(call.end).replace(/^(\)?\s*)(?:> ?0|>= ?0|!= ?-1|!= ?EOF)/, '$1>= -1');
    return after === source.slice(call.end) ? undefined : source.slice(0, call.end) + after;
  },
  'whole-buffer': writes(({ name, args }) =>
    name === 'fwrite' && /^\w+$/.test(args[0] ?? '')
      ? `fwrite(${args[0]}, 1, sizeof(${args[0]}), ${args[3]})`
      : undefined,
  ),
  'extra-nul': writes(({ text, stream }) => value(`int sent_ = ${text}; fputc(0, ${stream}); sent_;`)),
  'drops-last-byte': (source) =>
    written((stream) => `fwrite(text_, 1, sent_ > 0 ? sent_ - 1 : 0, ${stream});`)(source) ??
    writes(({ name, args }) =>
      name === 'fwrite' ? `fwrite(${args[0]}, ${args[1]}, (${args[2]}) - 1, ${args[3]})` : undefined,
    )(source),
  'strips-newline': withString(
    received(({ bytes, length, none }) =>
      bytes === undefined
        ? undefined
        : `if (!(${none}) && ${length} > 0 && ${bytes}[${length} - 1] == '\\n') ${bytes}[${length} - 1] = 0;`,
    ),
  ),
  'extra-newline': writes(({ text, stream }) =>
    value(`int sent_ = ${text}; fputc('\\n', ${stream}); sent_;`),
  ),
  'sends-twice': writes(({ text }) => `(${text}, ${text})`),
  'no-reply': writes(({ name, args }) => (name === 'fwrite' ? `(${args[2]})` : '(1)')),
  'closes-before-reply': withSockets(
    writes(({ text, stream }) => `(shutdown(fileno(${stream}), SHUT_RDWR), ${text})`),
  ),
  'closes-after-reply': withSockets(
    writes(({ text, stream }) =>
      value(`int sent_ = ${text}; fflush(${stream}); shutdown(fileno(${stream}), SHUT_RDWR); sent_;`),
    ),
  ),
  'no-close': (source) => {
    const streams = [...streamCalls(source, READS), ...streamCalls(source, WRITES)].map(
      ({ stream }) => stream,
    );
    const closes = realCalls(source, /fclose/).filter(({ args }) => streams.includes(args[0] ?? ''));
    return closes.length === 0
      ? undefined
      : closes.reduceRight((text, call) => put('(void)0', call, text), source);
  },
  'replies-before-recv': (source) => {
    const call = reading(source);
    const out = writing(source)?.stream ?? call?.stream;
    return call && put(`(fputs("hello\\n", ${out}), fflush(${out}), ${call.text})`, call, source);
  },
  'discards-first': reads(({ text }) => `(${text}, ${text})`),
  'exits-at-eof': withExit(received(({ none }) => `if (${none}) exit(0);`)),
  crashes: received(({ none }) => `if (!(${none})) *(volatile int *)0 = 1;`),
};

/** It never calls fflush(), and nothing makes the streams unbuffered. */
export const noFlush = (source: string): Change => {
  if (!writing(source)) return undefined;
  const flushed = replace(/\bfflush\s*\(\s*(?!stdout|stderr|NULL|0)\w[^()]*\)/g, '(void)0')(source) ?? source;
  return (
    replace(
      /\b(?:setvbuf|setbuf|setlinebuf)\s*\(\s*(?!stdout|stderr|stdin)\w[^()]*\)/g,
      '(void)0',
    )(flushed) ?? flushed
  );
};
