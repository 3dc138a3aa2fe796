import type { Cause } from '../../model/index.ts';
import { programError } from '../../steps/program-error.ts';
import type { Evidence } from './evidence.ts';
import { saysAny } from './evidence.ts';
import type { Phrase } from './phrase.ts';
import type { CauseRow } from './row.ts';

/** Findings that what the program printed can't explain better: bytes, and states that were watched. */
const NOT_FROM_WORDS: readonly Cause[] = [
  'spinning',
  'polling',
  'swapped_port',
  'udp',
  'state',
  'trailing_nul',
  'cut_at_nul',
  'extra_newline',
  'missing_newline',
  'decoded',
  'duplicated',
  'crlf',
  'lf',
];

/** What runtimes print, and what it means. */
export interface ErrorRow {
  readonly id: string;
  /** One of these is in the error, upper and lower case alike. */
  readonly text: readonly string[];
  /** One of these is there as well. @default whatever else is there */
  readonly beside?: readonly string[];
  readonly when?: (seen: Evidence) => boolean;
  readonly hint: Phrase;
}

/** The program has not come as far as a connection. */
const early = (seen: Evidence) => seen.view.connections.size === 0;
const isClient = (seen: Evidence) => seen.role === 'client';
const isServer = (seen: Evidence) => seen.role === 'server';

const AFTER_CLOSE: Phrase = {
  java: 'Use each Socket only until it is closed, and close the ServerSocket never: closing a stream of a Socket closes the Socket, too.',
  other:
    'Use each socket only until it is closed, once all is said, and close the listening one never: {where} uses one that is closed already.',
};

/** The first that fits counts, so what is more special stands first. */
const ROWS: readonly ErrorRow[] = [
  // Text and bytes.
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
        'Keep {what was received} as bytes instead of decoding it: not all bytes are text, and a character may be cut in two. {where}',
    },
  },
  {
    id: 'ascii_only',
    text: ['UnicodeEncodeError'],
    hint: 'Encode text as UTF-8, text.encode("utf-8"), or keep bytes as bytes: the encoding that was chosen has no such character. {where}',
  },
  // Ports and addresses.
  {
    id: 'address_is_no_pair',
    text: [
      'takes exactly one argument (2 given)',
      'AF_INET address must be tuple',
      'AF_INET address must be a pair',
      'takes exactly 1 argument (2 given)',
    ],
    hint: 'Hand over host and port as one tuple, in two pairs of brackets: s.bind((host, port)), and connect() likewise. {where}',
  },
  {
    id: 'port_is_text',
    text: [
      'an integer is required (got type str)',
      "'str' object cannot be interpreted as an integer",
      'an integer is required',
      'getsockaddrarg',
      'port must be 0-65535',
      'ERR_SOCKET_BAD_PORT',
      'port out of range',
      'Port value out of range',
    ],
    hint: 'Turn the port into a number from 0 to 65535 first, {the given port}: arguments of the command line are text. {where}',
  },
  {
    id: 'address_in_use',
    text: [
      'Address already in use',
      'EADDRINUSE',
      'Adresse déjà utilisée',
      'Die Adresse wird bereits verwendet',
    ],
    hint: {
      java: 'Create one ServerSocket only, and call setReuseAddress(true) on it before bind(): the port was still taken.',
      javascript: 'Call listen() once, on one server: the port is taken already.',
      other:
        'Bind the port once only, and set SO_REUSEADDR on the listening socket before bind(): the port was still taken.',
    },
  },
  {
    id: 'low_port',
    text: [
      'BindException: Permission denied',
      'bind: Permission denied',
      'listen EACCES',
      'bind failed: Permission denied',
    ],
    hint: 'Listen on the port from the command line, {the given port}: those below 1024 are for the administrator only.',
  },
  {
    id: 'foreign_address',
    text: ['Cannot assign requested address', "Can't assign requested address", 'EADDRNOTAVAIL'],
    hint: 'Bind to 127.0.0.1, or to 0.0.0.0 for all addresses: the address that was given is not one of this machine. {where}',
  },
  {
    id: 'unknown_host',
    text: [
      'getaddrinfo',
      'Name or service not known',
      'Temporary failure in name resolution',
      'ENOTFOUND',
      'EAI_AGAIN',
      'UnknownHostException',
      'gaierror',
      'No address associated with hostname',
    ],
    hint: 'Use the host as it is given, or 127.0.0.1: the host name could not be looked up. Are host and port swapped, or is an argument missing? {where}',
  },
  {
    id: 'no_server_there',
    text: ['Connection refused', 'ECONNREFUSED', 'ConnectionRefusedError', 'ConnectException'],
    when: (seen) => isClient(seen) && seen.someoneListened,
    hint: 'Connect to the host and port that the program is given, {the given host and port}: nobody listens where it tried.',
  },
  // Connections that end.
  {
    id: 'write_after_end',
    text: [
      'write after end',
      'ERR_STREAM_WRITE_AFTER_END',
      'ERR_STREAM_DESTROYED',
      'This socket has been ended by the other party',
    ],
    hint: "Call end() only once all is said, in the 'end' event: after it nothing can be written, and more 'data' events may come. {where}",
  },
  {
    id: 'stream_without_handler',
    text: ['ENOENT', 'EISDIR'],
    beside: ["Unhandled 'error' event"],
    hint: "Handle the 'error' event of the file's stream, fs.createReadStream(…).on('error', …), and end the socket there: a client may ask for a file that is not there.",
  },
  {
    id: 'socket_without_handler',
    text: ['ECONNRESET', 'EPIPE', 'Unhandled', 'ECONNABORTED'],
    beside: ["Unhandled 'error' event"],
    hint: "Add socket.on('error', …) to every connection: a socket without a handler of its own ends the whole program when its client breaks off.",
  },
  {
    id: 'reset_unhandled',
    text: ['ConnectionResetError', 'Connection reset', 'ECONNRESET', 'ConnectionAbortedError'],
    hint: {
      python:
        'Catch ConnectionResetError around recv() and sendall(), close that connection, and go on with the next one: the {peer} may break off at any time. {where}',
      java: 'Catch the IOException around reading and writing, close that Socket, and go on with the next one: the {peer} may break off at any time. {where}',
      other:
        'Take an error of {receive} and {send} as the end of this one connection, close it, and go on: the {peer} may break off at any time. {where}',
    },
  },
  {
    id: 'broken_pipe_unhandled',
    text: ['BrokenPipeError', 'Broken pipe', 'EPIPE'],
    hint: {
      python:
        'Catch BrokenPipeError around sendall(), close that connection, and go on: the {peer} has closed. {where}',
      c: 'Ignore SIGPIPE, or send with MSG_NOSIGNAL; close the connection when send() returns −1, and go on: the {peer} has closed.',
      other:
        'Take an error of {send} as the end of this one connection, close it, and go on: the {peer} has closed. {where}',
    },
  },
  {
    id: 'interrupted_call',
    text: ['Interrupted system call', 'EINTR'],
    hint: {
      c: 'Install the handler by sigaction() with SA_RESTART, or call again when errno is EINTR: a signal came while the call waited, SIGCHLD of a child that ended for instance, and the call gave up.',
      other:
        'Call again when a call fails with EINTR: a signal came while it waited, SIGCHLD of a child that ended for instance.',
    },
  },
  {
    id: 'tuple_from_accept',
    text: ["'tuple' object has no attribute"],
    hint: 'Take the pair that accept() returns apart, conn, address = s.accept(), and use conn: a tuple is no socket. {where}',
  },
  {
    id: 'listening_socket_used',
    text: [
      'Transport endpoint is not connected',
      'ENOTCONN',
      'Socket is not connected',
      'NotYetConnectedException',
    ],
    hint: 'Receive and send on {connected socket}: this one is not connected. {where}',
  },
  {
    id: 'used_after_close',
    text: [
      'Bad file descriptor',
      'EBADF',
      'Socket is closed',
      'Socket closed',
      'I/O operation on closed file',
      'ClosedChannelException',
      'Stream closed',
      'write to closed file',
    ],
    hint: AFTER_CLOSE,
  },
  {
    id: 'too_many_descriptors',
    text: ['Too many open files', 'EMFILE'],
    hint: 'Close every connection when it has ended: the program has run out of descriptors. {where}',
  },
  {
    id: 'too_many_threads',
    text: [
      "can't start new thread",
      'unable to create native thread',
      'unable to create new native thread',
      'Cannot create thread',
      'failed to spawn thread',
      'fork: retry',
    ],
    hint: 'Start a thread or process only when there is a client for it, and end those that are done (join, waitpid): no more could be started. {where}',
  },
  {
    id: 'too_many_processes',
    text: ['Resource temporarily unavailable', 'EAGAIN', 'BlockingIOError'],
    beside: ['fork', 'pthread_create', 'vfork', 'posix_spawn'],
    hint: 'Start a process or thread only when there is a client for it, and end those that are done (waitpid, join): no more could be started. {where}',
  },
  {
    id: 'socket_timeout',
    text: ['socket.timeout', 'TimeoutError: timed out', 'SocketTimeoutException', 'timed out'],
    hint: {
      python:
        'Leave settimeout() out, or catch the exception and wait on: the {peer} may take longer. {where}',
      java: 'Leave setSoTimeout() out, or catch the exception and wait on: the {peer} may take longer. {where}',
      other:
        'Leave the time limit of the socket out, or wait on when it is over: the {peer} may take longer. {where}',
    },
  },
  {
    id: 'would_block',
    text: [
      'Resource temporarily unavailable',
      'BlockingIOError',
      'EAGAIN',
      'Operation would block',
      'EWOULDBLOCK',
    ],
    hint: {
      python:
        'Leave setblocking(False) out, or wait with select() before each call: a non-blocking socket fails at once when there is nothing to do. {where}',
      c: 'Leave O_NONBLOCK and time limits out, or wait with poll() and call again: a non-blocking socket fails at once when there is nothing to do. {where}',
      other:
        'Leave the socket blocking, or wait before each call and call again: a non-blocking one fails at once when there is nothing to do. {where}',
    },
  },
  // The program itself.
  {
    id: 'shadowed_module',
    text: [
      'partially initialized module',
      'shadowing',
      'circular import',
      'has the same name as the standard library module',
      "module 'socket' has no attribute",
      "module 'threading' has no attribute",
      "module 'select' has no attribute",
      "module 'queue' has no attribute",
      "module 'random' has no attribute",
      "module 'json' has no attribute",
    ],
    hint: 'Give your own file another name: one that is called like a module of Python (socket.py, threading.py, queue.py) is imported in its place. {where}',
  },
  {
    id: 'missing_module',
    text: [
      'ModuleNotFoundError',
      'No module named',
      'ImportError',
      'Cannot find module',
      'Cannot find package',
      'ERR_MODULE_NOT_FOUND',
      "Can't locate",
    ],
    hint: 'Hand in every file that the program needs, and use no packages that must be installed: the module that the named line imports is not there. {where}',
  },
  {
    id: 'module_kind',
    text: [
      'require is not defined in ES module',
      'Cannot use import statement outside a module',
      'require is not defined',
    ],
    hint: 'Name the file after what it uses: a .mjs file uses import, a .js file require().',
  },
  {
    id: 'indentation',
    text: ['IndentationError', 'TabError'],
    hint: 'Indent with four spaces everywhere, never with tabs: Python does not accept how the named line is indented. {where}',
  },
  {
    id: 'python_2',
    text: ["Missing parentheses in call to 'print'", 'Missing parentheses in call to "print"'],
    hint: 'Write print("…") with brackets: this is Python 2, and Python 3 is used here. {where}',
  },
  {
    id: 'no_json',
    text: [
      'is not valid JSON',
      'in JSON at position',
      'JSONDecodeError',
      'Unexpected end of JSON input',
      'Expecting value',
    ],
    hint: 'Leave the parsing of JSON out, or catch its error: what came is no JSON, or only a part of it. {where}',
  },
  {
    id: 'syntax_error',
    text: ['SyntaxError', 'syntax error'],
    hint: 'Correct the named line: the program has a syntax error, so nothing of it runs. {where}',
  },
  {
    id: 'missing_argument',
    text: [
      'list index out of range',
      'Index 0 out of bounds',
      'Index 1 out of bounds',
      'usage:',
      'ArrayIndexOutOfBoundsException',
    ],
    when: early,
    hint: 'Take only the arguments that are there: the port is the first argument of a server, a client has host and port. See how it is started. {where}',
  },
  {
    id: 'unknown_name',
    text: [
      'NameError',
      'UnboundLocalError',
      'ReferenceError',
      'Call to undefined function',
      'Undefined subroutine',
    ],
    hint: 'Look for a spelling mistake in the named line, or a missing import: a name is used there that was never set. {where}',
  },
  {
    id: 'input_has_ended',
    text: ['EOFError', 'No line found', 'NoSuchElementException'],
    when: isServer,
    hint: 'Take what the program needs from the command line or from the client: it asks for input, and nobody types.',
  },
  {
    id: 'input_has_ended_client',
    text: ['EOFError', 'No line found', 'NoSuchElementException'],
    when: isClient,
    hint: 'Leave the loop when the input has ended: the program asks its user again, and nothing more is typed (as after Ctrl-D). First receive and print the whole reply. {where}',
  },
  {
    id: 'nothing_where_value',
    text: [
      'NullPointerException',
      "'NoneType' object",
      'Cannot read properties of undefined',
      'Cannot read properties of null',
      'Cannot invoke',
    ],
    hint: {
      java: 'Check for null before use: readLine() returns null once the {peer} has gone. {where}',
      python:
        'Check for None before use: a function that returns nothing, or a search without a result, gives None. {where}',
      other:
        'Check for null and undefined before use: there is nothing where the named line expects a value. {where}',
    },
  },
  {
    id: 'no_number',
    text: ['invalid literal for int()', 'could not convert string to float', 'NumberFormatException'],
    hint: 'Check the text before turning it into a number, spaces and the newline included: it is none. {where}',
  },
  {
    id: 'no_such_element',
    text: [
      'IndexError',
      'ArrayIndexOutOfBoundsException',
      'StringIndexOutOfBoundsException',
      'IndexOutOfBoundsException',
      'KeyError',
      'not enough values to unpack',
      'too many values to unpack',
      'IllegalArgumentException: Illegal character',
    ],
    hint: 'Check how many elements there are before asking for one: a message may be short, empty or cut anywhere. {where}',
  },
  {
    id: 'missing_class',
    text: ['Could not find or load main class', 'NoClassDefFoundError', 'ClassNotFoundException'],
    hint: 'Name the class like its file, leave out "package", and hand in all its files: Java does not find it.',
  },
  {
    id: 'out_of_memory',
    text: ['OutOfMemoryError', 'MemoryError', 'heap out of memory', 'bad_alloc', 'Cannot allocate memory'],
    hint: 'Take data in pieces of fixed size, and trust no length that the {peer} names without a limit: the program wants more memory than there is. {where}',
  },
  {
    id: 'endless_recursion',
    text: ['StackOverflowError', 'RecursionError', 'Maximum call stack size exceeded'],
    hint: 'Use a loop for the next client or message: a function calls itself without end. {where}',
  },
  // Shells.
  {
    id: 'bad_interpreter',
    text: ['bad interpreter', 'python3\\r', 'env: ‘'],
    hint: 'Save the script with plain \\n at the ends of its lines: its first line names an interpreter that is not there, and with Windows line endings (CRLF) none is.',
  },
  {
    id: 'not_a_program',
    text: ['command not found', 'Exec format error', 'cannot execute'],
    hint: 'Hand in sources, not what was built elsewhere: what is started is not there, or no program for this machine.',
  },
  {
    id: 'missing_file',
    text: [
      'No such file or directory',
      'ENOENT',
      'FileNotFoundException',
      'FileNotFoundError',
      'NoSuchFileException',
    ],
    hint: 'Catch the error of opening the file and answer without it: a {peer} may ask for one that is not there. Name files relative to the folder that the program is started in. {where}',
  },
  {
    id: 'missing_attribute',
    text: ['AttributeError', 'is not a function', 'TypeError: Cannot'],
    hint: 'Look at what the value in the named line is: it has nothing of that name. {where}',
  },
  {
    id: 'wrong_argument',
    text: ['TypeError'],
    hint: 'Compare the call in the named line with its documentation: it gets other arguments than it takes. {where}',
  },
  // C.
  {
    id: 'memory_misused',
    text: ['AddressSanitizer', 'Segmentation fault', 'stack smashing detected', 'buffer overflow detected'],
    hint: 'Check array bounds and the size handed to recv(), and put the final \\0 only where there is room for it: memory was used that is not there.',
  },
  {
    id: 'heap_damaged',
    text: ['double free', 'free(): invalid', 'malloc(): corrupted', 'munmap_chunk()', 'corrupted size vs'],
    hint: 'Build with -fsanitize=address -g to see where: something is freed twice, or written beyond its end.',
  },
  {
    id: 'assertion_failed',
    text: ['Assertion', 'AssertionError', 'ERR_ASSERTION'],
    hint: 'Print the values in the assertion to see why it does not hold, and correct what sets them. {where}',
  },
  // Files.
  {
    id: 'permission',
    text: ['Permission denied', 'EACCES', 'PermissionError', 'AccessDeniedException'],
    hint: 'Listen on no port below 1024, write only to the own folder, and mark scripts as executable: the program may not do this here. {where}',
  },
];

function fits(row: ErrorRow, seen: Evidence): boolean {
  return !NOT_FROM_WORDS.includes(seen.cause) && (row.when?.(seen) ?? true);
}

/** What belongs to an error whose place is known: the place. */
function where(seen: Evidence): Readonly<Record<string, string>> {
  const place = seen.complaint?.error?.place;
  const socket = seen.role === 'server' ? '{accepted socket}' : 'the socket that is connected';
  return {
    where: place === undefined ? '' : `See line ${place.line} of ${place.file}.`,
    peer: seen.peer,
    'connected socket': socket,
  };
}

/** Errors that programs ended with. */
export const ERRORS: readonly CauseRow[] = ROWS.map((row) => ({
  id: row.id,
  certainty: 'proved',
  when: (seen) => fits(row, seen) && seen.complains(row.text, row.beside),
  hint: row.hint,
  values: where,
}));

/** An exception that nothing more is known of, and complaints that may be mere remarks. */
export const OTHER_ERRORS: readonly CauseRow[] = [
  {
    id: 'uncaught_exception',
    certainty: 'proved',
    when: (seen) =>
      !NOT_FROM_WORDS.includes(seen.cause) &&
      seen.complaint?.error?.place !== undefined &&
      !/KeyboardInterrupt/.test(seen.complaint.error.name),
    hint: 'Correct line {line} of {file}, or catch the exception there: {name} ended {what}{message}.',
    values: ({ complaint }) => {
      const { error } = complaint ?? {};
      return {
        line: String(error?.place?.line ?? ''),
        file: error?.place?.file ?? '',
        name: error?.name ?? '',
        what: error?.inThread ? 'this thread' : 'the program',
        message: error?.message ? ` (${error.message.slice(0, 120)})` : '',
      };
    },
  },
  {
    id: 'complaint',
    certainty: 'likely',
    when: (seen) => remarked(seen) !== undefined,
    hint: (seen) => remarked(seen)?.hint ?? '',
    values: where,
  },
];

/** The row for something that the program printed without having ended with it. */
export function remarked(seen: Evidence): ErrorRow | undefined {
  const { complaint } = seen;
  if (!complaint || complaint.certain) return undefined;
  return ROWS.find(
    (row) =>
      fits(row, seen) &&
      saysAny(complaint.text, row.text) &&
      (!row.beside || saysAny(complaint.text, row.beside)),
  );
}

/** The row for a text that a program has printed, wherever it stands in the run. */
export function errorRow(printed: string): ErrorRow | undefined {
  const error = programError(printed);
  const subject = error === undefined ? printed : `${error.name}: ${error.message}`;
  return ROWS.find((row) => saysAny(subject, row.text) && (!row.beside || saysAny(printed, row.beside)));
}
