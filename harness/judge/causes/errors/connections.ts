import type { Phrase } from '../phrase.ts';
import { type ErrorRow, isServer } from './row.ts';

const BROKEN_PIPE = ['BrokenPipeError', 'Broken pipe', 'EPIPE'];

const AFTER_CLOSE: Phrase = {
  java: 'Use each Socket only until it is closed, and never close the ServerSocket: closing a stream of a Socket closes the Socket, too.',
  other:
    'Use each socket only until it is closed, once all is said, and never close the listening one: the program uses one that is closed already. {where}',
};

/** A connection is used after its end, or its end is not handled. The first that fits counts, so what is more special stands first. */
export const CONNECTIONS: readonly ErrorRow[] = [
  {
    id: 'write_after_end',
    text: [
      'write after end',
      'ERR_STREAM_WRITE_AFTER_END',
      'ERR_STREAM_DESTROYED',
      'This socket has been ended by the other party',
      'Socket output is shutdown',
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
      javascript:
        "Catch the error around await and for await, or handle the socket's 'error' event, and go on with the next one: the {peer} may break off at any time. {where}",
      other:
        'Take an error of {receive} and {send} as the end of this one connection, close it, and go on: the {peer} may break off at any time. {where}',
    },
  },
  {
    id: 'broken_pipe_unhandled',
    text: BROKEN_PIPE,
    when: (seen) => !isServer(seen) || seen.clientHadLeft,
    hint: {
      python:
        'Catch BrokenPipeError around sendall(), close that connection, and go on: the {peer} has closed. {where}',
      c: 'Ignore SIGPIPE, or send with MSG_NOSIGNAL; close the connection when send() returns −1, and go on: the {peer} has closed.',
      other:
        'Take an error of {send} as the end of this one connection, close it, and go on: the {peer} has closed. {where}',
    },
  },
  {
    id: 'writes_after_shutdown',
    text: BROKEN_PIPE,
    hint: {
      java: 'Write all of the reply before shutdownOutput() or close(), and nothing after: the program itself had ended the connection. {where}',
      other:
        'Send all of the reply before shutdown() or close(), and nothing after: the program itself had ended the connection. {where}',
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
    id: 'not_a_socket',
    text: ['Socket operation on non-socket', 'ENOTSOCK'],
    hint: {
      c: 'Set brackets around the assignment, (fd = socket(…)) < 0: without them fd gets the result of the comparison, 0 or 1, which is no socket. {where}',
      other: 'Use the descriptor that socket() or accept() returned: this one is of something else. {where}',
    },
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
];
