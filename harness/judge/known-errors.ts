import type { KnownError } from '../model/index.ts';

interface RuntimeError extends KnownError {
  /** One of these is there as well. @default whatever else is there */
  readonly beside?: readonly string[];
  /** It means this only as long as the program has not listened or connected. @default any time */
  readonly during?: 'start';
  /** It is what must come where nobody listens, as the scenario wants it. */
  readonly unless?: 'nobody_listens';
}

const MANY =
  'No more processes or threads could be started: the program had as many as it may have. End those that are done (join, waitpid), and start one when there is a client for it, not in advance.';

/**
 * What runtimes of the usual languages print when a program fails, and the mend. The first that fits counts, so what is
 * more special stands first. An assignment adds its own with `known_errors`.
 */
export const KNOWN_ERRORS: readonly RuntimeError[] = [
  // Text and bytes.
  {
    text: ['a bytes-like object is required, not'],
    hint: 'Sockets take bytes, not text: send text.encode() or b"…".',
  },
  {
    text: [
      "can't concat str to bytes",
      'can only concatenate str (not "bytes")',
      'must be str, not bytes',
      'first arg must be bytes',
      "Type str doesn't support the buffer API",
    ],
    hint: 'recv() returns bytes, which do not mix with text: decode() what came or write b"…", and stay with one of the two.',
  },
  {
    text: [
      'UnicodeDecodeError',
      'MalformedInputException',
      'did not contain valid UTF-8',
      'invalid utf-8 sequence',
    ],
    hint: 'Not all bytes are text, and a character may be cut in two between two recv(): keep what recv() returned as bytes instead of decoding it.',
  },
  {
    text: ['UnicodeEncodeError'],
    hint: 'Encode as UTF-8, text.encode("utf-8"), or keep bytes as bytes.',
  },
  {
    text: ['ERR_INVALID_ARG_TYPE'],
    hint: 'write() and end() of a socket take a string or a Buffer: turn other values into text with String().',
  },
  // Ports and addresses.
  {
    text: [
      'Address already in use',
      'EADDRINUSE',
      'Adresse déjà utilisée',
      'Die Adresse wird bereits verwendet',
    ],
    hint: 'The port was still taken: set SO_REUSEADDR on the listening socket before bind(), and do not bind the same port twice.',
  },
  {
    text: [
      'BindException: Permission denied',
      'bind: Permission denied',
      'listen EACCES',
      'bind failed: Permission denied',
    ],
    hint: 'Ports below 1024 are for the administrator only: listen on the port from the command line.',
  },
  {
    text: ['Cannot assign requested address', "Can't assign requested address", 'EADDRNOTAVAIL'],
    hint: 'That address is not one of this machine: bind to 127.0.0.1, or to 0.0.0.0 for all addresses.',
  },
  {
    text: ['getaddrinfo', 'Name or service not known', 'ENOTFOUND', 'UnknownHostException', 'gaierror'],
    hint: 'The host name could not be looked up: take the host from the command line, or use 127.0.0.1. Is an argument missing, or are host and port swapped?',
  },
  {
    text: ['Connection refused', 'ECONNREFUSED', 'ConnectionRefusedError'],
    unless: 'nobody_listens',
    hint: 'Nobody listens where the program connected to: take host and port from the command line.',
  },
  {
    text: ['getsockaddrarg', 'port must be 0-65535', 'ERR_SOCKET_BAD_PORT', 'port out of range'],
    hint: 'The port is not a number from 0 to 65535: turn the argument into a number first (int(), Integer.parseInt(), Number(), atoi()).',
  },
  {
    text: ['an integer is required (got type str)', "'str' object cannot be interpreted as an integer"],
    hint: 'Arguments of the command line are text: turn the port into a number with int().',
  },
  // Connections that end.
  {
    text: ["Unhandled 'error' event"],
    hint: "A socket without an 'error' handler ends the whole program when its client breaks off: add socket.on('error', …) to every connection, and to the server.",
  },
  {
    text: ['ConnectionResetError', 'Connection reset', 'ECONNRESET'],
    hint: 'A client may break off at any time: catch the error of recv() and send(), close that connection, and go on with the next one.',
  },
  {
    text: ['BrokenPipeError', 'Broken pipe', 'EPIPE', 'ConnectionAbortedError'],
    hint: 'The other side has closed: catch the error of send(), close that connection, and go on. In C ignore SIGPIPE, or send with MSG_NOSIGNAL.',
  },
  {
    text: [
      'Bad file descriptor',
      'EBADF',
      'Socket is closed',
      'Socket closed',
      'write after end',
      'ERR_STREAM_DESTROYED',
    ],
    hint: 'A socket is used after it was closed: close each connection once, when all has been said, and the listening socket never.',
  },
  {
    text: ['Transport endpoint is not connected', 'ENOTCONN', 'Socket is not connected'],
    hint: 'recv() and send() go with the socket that accept() returned, not with the listening one.',
  },
  {
    text: ['Interrupted system call', 'EINTR'],
    hint: 'A signal came while the call waited, SIGCHLD of a child that ended for instance, and the call gave up with EINTR: install the handler by sigaction() with SA_RESTART, or call again.',
  },
  {
    text: ['Too many open files', 'EMFILE'],
    hint: 'Close every connection when it has ended.',
  },
  {
    text: [
      "can't start new thread",
      'unable to create native thread',
      'unable to create new native thread',
      'Cannot create thread',
      'failed to spawn thread',
      'fork: retry',
    ],
    hint: MANY,
  },
  {
    text: ['Resource temporarily unavailable', 'EAGAIN'],
    beside: ['fork', 'pthread_create', 'vfork', 'posix_spawn'],
    hint: MANY,
  },
  {
    text: [
      'socket.timeout',
      'TimeoutError: timed out',
      'SocketTimeoutException',
      'Resource temporarily unavailable',
      'BlockingIOError',
      'EAGAIN',
    ],
    hint: 'A socket that is non-blocking or has a timeout gives up waiting: use a blocking one, or catch the error and go on.',
  },
  // The program itself.
  {
    text: [
      'ModuleNotFoundError',
      'No module named',
      'ImportError',
      'Cannot find module',
      'ERR_MODULE_NOT_FOUND',
    ],
    hint: 'A module is missing: hand in every file that the program needs, and use no packages that must be installed.',
  },
  {
    text: ['require is not defined in ES module', 'Cannot use import statement outside a module'],
    hint: 'A .mjs file uses import, a .js file require(): name the file after what it uses.',
  },
  {
    text: ['IndentationError', 'TabError'],
    hint: 'Python does not like how the named line is indented: indent with four spaces everywhere, never with tabs.',
  },
  {
    text: ["Missing parentheses in call to 'print'"],
    hint: 'This is Python 2: in Python 3 print is a function, print("…").',
  },
  {
    text: ['SyntaxError'],
    hint: 'The program is no valid program: mend the named line, and try it once by hand.',
  },
  {
    text: ['NameError', 'UnboundLocalError', 'ReferenceError', 'Call to undefined function'],
    hint: 'A name is used that was never set: look for a spelling mistake in the named line, or a missing import.',
  },
  {
    text: ['IndexError: list index out of range', 'ArrayIndexOutOfBoundsException: Index 0', 'usage:'],
    hint: 'The program looks for an argument or a part that is not there: see how it is started, the port is its first argument.',
    during: 'start',
  },
  {
    text: ['IndexError', 'ArrayIndexOutOfBoundsException', 'StringIndexOutOfBoundsException', 'KeyError'],
    hint: 'The program asks for an element that is not there: look at the named line, and at what it takes for granted about how many there are.',
  },
  {
    text: ['invalid literal for int()', 'NumberFormatException'],
    hint: 'Text was turned into a number that is none: check what came before int() or parseInt(), spaces and the newline included.',
  },
  {
    text: ['EOFError: EOF when reading a line', 'No line found', 'NoSuchElementException'],
    hint: 'The program asks for input, and there is nobody to type it: take what it needs from the command line.',
  },
  {
    text: [
      'NullPointerException',
      "'NoneType' object",
      'Cannot read properties of undefined',
      'Cannot read properties of null',
    ],
    hint: 'There was nothing where the named line expects a value: readLine() and the like return null when the client has gone. Check before use.',
  },
  {
    text: ['IndexOutOfBoundsException', 'ArrayIndexOutOfBoundsException', 'IndexError'],
    hint: 'The named line reaches beyond the end of what is there: check the length first, a message may be short or empty.',
  },
  {
    text: ['Could not find or load main class', 'NoClassDefFoundError', 'ClassNotFoundException'],
    hint: 'The class must have the name of its file, stand in no package, and all its files must be handed in.',
  },
  {
    text: ['OutOfMemoryError', 'MemoryError', 'heap out of memory', 'bad_alloc', 'Cannot allocate memory'],
    hint: 'The program wants more memory than there is: take data in pieces of fixed size, and trust no length that the client names without a limit.',
  },
  {
    text: ['StackOverflowError', 'RecursionError', 'Maximum call stack size exceeded'],
    hint: 'A function calls itself without end: use a loop for the next client or message.',
  },
  // C.
  {
    text: ['AddressSanitizer', 'Segmentation fault', 'stack smashing detected', 'buffer overflow detected'],
    hint: 'Memory was used that is not there: check array bounds and the size handed to recv(), and put the final \\0 only where there is room for it.',
  },
  {
    text: ['double free', 'free(): invalid', 'malloc(): corrupted', 'munmap_chunk()', 'corrupted size vs'],
    hint: 'The heap is damaged: something is freed twice, or written beyond its end. Build with -fsanitize=address -g to see where.',
  },
  {
    text: ['Assertion', 'AssertionError'],
    hint: 'The named assertion did not hold: print the values in it to see why.',
  },
  // Shells and files.
  {
    text: ['bad interpreter', 'python3\\r', 'env: ‘'],
    hint: 'The first line of the script names an interpreter that is not there; with Windows line endings (CRLF) none is. Save it with plain \\n.',
  },
  {
    text: ['command not found', 'Exec format error', 'cannot execute'],
    hint: 'What is started is not there or no program for this machine: hand in sources, not what was built elsewhere.',
  },
  {
    text: ['Permission denied', 'EACCES', 'PermissionError'],
    hint: 'The program may not do this here: listen on no port below 1024, write only to its own folder, and mark scripts as executable.',
  },
  {
    text: [
      'No such file or directory',
      'ENOENT',
      'FileNotFoundException',
      'FileNotFoundError',
      'NoSuchFileException',
    ],
    hint: 'A file is not there: name files relative to the folder that the program is started in, and answer with an error where a client asks for one that does not exist.',
  },
];

interface Circumstances {
  /** It has come as far as a connection. @default false */
  readonly started?: boolean;
  /** Neither the grader nor any program has listened. @default false */
  readonly noListener?: boolean;
}

/** How to mend what a program printed: its first known error, those of the assignment before all others. */
export function knownError(
  printed: string,
  own: readonly KnownError[] = [],
  others: readonly RuntimeError[] = KNOWN_ERRORS,
  { started = false, noListener = false }: Circumstances = {},
): string | undefined {
  const text = printed.toLowerCase();
  const fits = ({ during, unless }: RuntimeError) => !(during && started) && !(unless && noListener);
  const fitting: readonly RuntimeError[] = [...own, ...others.filter(fits)];
  const there = (one: string) => stands(one.toLowerCase(), text);
  return fitting.find(({ text: words, beside = words }) => words.some(there) && beside.some(there))?.hint;
}

/** Whether it is there by itself, and not in the midst of a longer word. */
function stands(wanted: string, text: string): boolean {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const [before = '', after = ''] = [text[at - 1], text[at + wanted.length]];
    const joined = (one: string, other: string) => /\w/.test(one) && /\w/.test(other);
    if (!joined(before, wanted[0] ?? '') && !joined(wanted.at(-1) ?? '', after)) return true;
  }
  return false;
}
