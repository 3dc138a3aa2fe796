import type { Cause } from '../../model/index.ts';
import { onlyAccepts } from '../moment.ts';
import type { Evidence } from './evidence.ts';
import type { Phrase } from './phrase.ts';
import type { CauseRow } from './row.ts';

/** Kinds of findings that come with the end of a program, whatever the step was about. */
const WITH_AN_END: readonly Cause[] = [
  'crashed',
  'exited',
  'refused',
  'early_close',
  'early_reset',
  'nothing_received',
  'not_printed',
  'wrong_exit',
  'not_accepted',
];
const CRASHES: readonly string[] = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE'];

const endedBy = (seen: Evidence, signals: readonly string[]) =>
  seen.end !== undefined && signals.includes(seen.end.signal ?? '');

/** It ended with status 0, or 1 without a word. */
function endedQuietly({ end, complaint }: Evidence): boolean {
  return end !== undefined && end.signal === null && (end.code === 0 || complaint === undefined);
}

/** Its user can read that there is no connection. */
function saysThatItFailed({ complaint, instance }: Evidence): boolean {
  if (complaint?.error !== undefined) return true;
  const printed = [instance?.stdout, instance?.stderr].map((one) => one?.from(0).toString('utf8') ?? '');
  return /refus|err|fail|no connection|not connect|unable|can.?t|cannot|could not|denied/i.test(
    printed.join('\n'),
  );
}

/** Programs that were killed by SIGPIPE, crashed, or ended without being asked to. */
export const ENDS: readonly CauseRow[] = [
  {
    id: 'connect_unnoticed',
    certainty: 'proved',
    of: ['wrong_exit', 'crashed', 'exited', 'not_printed', 'not_exited'],
    when: (seen) =>
      seen.role === 'client' &&
      !seen.someoneListened &&
      seen.exit?.reason !== 'step' &&
      !saysThatItFailed(seen),
    hint: {
      c: 'Look at what connect() returns: −1 here, since nothing listens there. Print the error with perror() and exit(1), instead of going on.',
      python:
        'Let the exception of connect() end the program, or catch it, print it and sys.exit(1): the connection is refused, since nothing listens there, and the program must say so and end with another status than 0.',
      java: 'Catch the ConnectException of new Socket(host, port), print it and System.exit(1): the connection is refused, since nothing listens there, and the program must end with another status than 0.',
      javascript:
        "Handle the 'error' event of net.connect(): print the error and process.exit(1). The connection is refused, since nothing listens there.",
      other:
        'Look whether the connection was made: here it fails, since nothing listens there. Print the error and end with status 1, instead of going on.',
    },
    retell: (seen) => ({
      evidence: [
        'nothing listens on the port, so connect() failed, and the program went on without notice',
        ...(seen.found.evidence ?? []),
      ],
    }),
  },
  {
    id: 'sigpipe_client_left',
    certainty: 'proved',
    of: WITH_AN_END,
    when: (seen) => endedBy(seen, ['SIGPIPE']) && seen.clientHadLeft,
    hint: {
      c: 'Ignore the signal at the start, signal(SIGPIPE, SIG_IGN), or send with MSG_NOSIGNAL, and close the connection when send() returns −1: a client may leave at any time, and a program that then writes to it is killed by SIGPIPE.',
      python:
        'Leave SIGPIPE ignored, as Python has it (no SIG_DFL), and catch BrokenPipeError: a client may leave at any time, and a program that then writes to it is killed by SIGPIPE.',
      other:
        'Ignore SIGPIPE and handle the error of the write: a client may leave at any time, and a program that then writes to it is killed by this signal.',
    },
  },
  {
    id: 'writes_to_listener',
    certainty: 'proved',
    of: WITH_AN_END,
    when: (seen) => endedBy(seen, ['SIGPIPE']) && seen.role === 'server' && seen.received === 0,
    hint: {
      c: 'Call recv() and send() on the descriptor that accept() returned, instead of the listening socket, which is not connected: a write to it ends the program by SIGPIPE.',
      other:
        'Receive and send on {accepted socket}, instead of the listening socket, which is not connected: a write to it ends the program by SIGPIPE.',
    },
  },
  {
    id: 'writes_after_close',
    certainty: 'likely',
    of: WITH_AN_END,
    when: (seen) => endedBy(seen, ['SIGPIPE']),
    hint: 'Write before shutdown() or close(), and not after: the program itself had ended the connection, and a write to it is answered by SIGPIPE.',
  },
  {
    id: 'crashed',
    certainty: 'likely',
    of: WITH_AN_END,
    when: (seen) =>
      seen.cause === 'crashed'
        ? seen.end?.signal !== 'SIGPIPE' && seen.end !== undefined
        : endedBy(seen, CRASHES),
    hint: {
      c: 'Build it with -fsanitize=address -g and try once more by hand, or run it in gdb: both show the line where it crashed. Look there for a buffer that is too small and a pointer to nothing.',
      other: 'Run the program by hand in a debugger, to see the line where it crashed.',
    },
  },
  {
    id: 'listener_closed',
    certainty: 'proved',
    of: ['refused', 'not_listening', 'not_blocked'],
    when: (seen) =>
      seen.listened &&
      seen.exit === undefined &&
      (seen.cause === 'refused' ||
        /does not listen on port \d+ any more/.test(seen.found.actual ?? '') ||
        (seen.cause === 'not_listening' && seen.step.args.is === 'listening')),
    hint: {
      java: 'Keep the ServerSocket open, and close only the Socket of the client when it is done: the program has closed its listening socket, so no client can connect any more.',
      javascript:
        'Leave server.close() out, and end() only the socket of the client: the program has closed its listening socket, so no client can connect any more.',
      other:
        'Close only {accepted socket} when a client is done: the program has closed its listening socket, so no client can connect any more.',
    },
    retell: (seen) => ({
      summary: `The program still runs, but has closed its listening socket${seen.cause === 'refused' ? ': the connection was refused' : ''}.`,
    }),
  },
  {
    id: 'accept_interrupted',
    certainty: 'likely',
    ofStreams: true,
    of: ['exited', 'refused', 'early_close', 'nothing_received'],
    when: (seen) =>
      endedQuietly(seen) &&
      (seen.observed('signals')?.caught.includes('SIGCHLD') ?? false) &&
      seen.clientHadLeft,
    hint: {
      c: 'Install the handler of SIGCHLD with sigaction() and SA_RESTART, or call accept() again when it fails with EINTR: the end of a child interrupts accept(), and the program took that for its end.',
      other:
        'Accept again when accept() fails with EINTR: the end of a child raises SIGCHLD, which interrupts accept(), and the program took that for its end.',
    },
  },
  {
    id: 'background',
    certainty: 'proved',
    of: ['exited', 'refused', 'early_close', 'nothing_received'],
    when: (seen) =>
      seen.ends().at(-1)?.code === 0 &&
      seen.leftRunning > 0 &&
      (seen.cause === 'exited' || seen.instance?.inBackground !== true),
    hint: {
      c: 'Stay in the foreground, without daemon() and fork() with exit() in the parent: the first process has ended, and the server goes on in another one.',
      python:
        'Stay in the foreground, without os.fork() and sys.exit() in the parent: the first process has ended, and the server goes on in another one.',
      other:
        'Stay in the foreground, without starting the server in the background and ending: the first process has ended, and the server goes on in another one.',
    },
  },
  {
    id: 'ends_with_client_there',
    certainty: 'proved',
    ofStreams: true,
    of: ['exited', 'refused', 'early_close', 'nothing_received', 'early_reset'],
    when: (seen) =>
      seen.role === 'server' &&
      seen.end?.code === 0 &&
      seen.hadClient &&
      !seen.clientHadLeft &&
      [...seen.view.connections.values()].every(({ received }) => received.length === 0),
    hint: 'Go on after {accept}: receive from the client, answer it, and come back for the next one in a loop. The program ended, without an error, while its client was still connected.',
  },
  {
    id: 'serves_one',
    certainty: 'likely',
    ofStreams: true,
    of: ['exited', 'refused', 'early_close', 'nothing_received', 'early_reset'],
    when: (seen) => seen.role === 'server' && seen.end?.code === 0 && seen.hadClient,
    hint: {
      javascript:
        'Leave process.exit() and server.close() out: a server goes on for the next client, and this one ended, without an error, after its first.',
      other:
        'Put {accept} and all that follows it into a loop, and let no client end the program (exit(), a return from main): it ended, without an error, after its first client.',
    },
  },
  {
    id: 'ends_while_idle',
    certainty: 'likely',
    ofStreams: true,
    of: ['exited', 'refused'],
    when: (seen) => seen.role === 'server' && seen.end?.code === 0 && seen.listened,
    hint: 'Wait for clients in a loop around {accept}, without a time limit: the program ended by itself, without an error, although it was not asked to.',
  },
  {
    id: 'not_ended_by_signal',
    certainty: 'proved',
    of: ['wrong_exit', 'not_exited'],
    when: (seen) =>
      seen.exit?.reason === 'step' &&
      seen.exit.signal === 'SIGKILL' &&
      seen.before.some(
        (event) => event.type === 'signal' && event.program === seen.program && event.signal !== 'SIGKILL',
      ),
    hint: {
      other:
        'End by itself when the signal comes: do not ignore it, and let its handler make every loop and call end. The grader had to end the program with SIGKILL.',
    },
  },
  {
    id: 'default_signal_action',
    certainty: 'proved',
    of: ['wrong_exit'],
    when: (seen) => seen.exit?.reason === 'step' && seen.exit.signal !== null,
    hint: {
      python:
        'Handle the signal, signal.signal(…), and end with sys.exit() there: without a handler the signal itself ends the program, which is no exit status.',
      c: 'Handle the signal with sigaction(), and end with exit() or a return from main(): without a handler the signal itself ends the program, which is no exit status.',
      javascript:
        "Handle the signal, process.on('SIGTERM', …), and call process.exit() there: without a handler the signal itself ends the program, which is no exit status.",
      other:
        'Handle the signal, and end with an exit status: without a handler the signal itself ends the program.',
    },
  },
  {
    id: 'wrong_exit_status',
    certainty: 'likely',
    of: ['wrong_exit'],
    when: (seen) => seen.end?.code === 0,
    hint: 'End with {exit with an error} after an error: the program ended with 0, which says that all went well.',
  },
];

/** What it printed last is why it gave up, whatever that means. */
export const OTHER_ENDS: readonly CauseRow[] = [
  {
    id: 'gave_up',
    certainty: 'likely',
    of: ['exited', 'refused', 'early_close', 'early_reset', 'nothing_received', 'not_printed'],
    when: ({ end, complaint }) =>
      end !== undefined && end.code !== 0 && end.signal === null && (complaint?.certain ?? false),
    hint: 'Begin with the message that the program printed before it ended, in the evidence: it gave up by itself, with status {status}.',
    values: ({ end }) => ({ status: String(end?.code) }),
  },
];

/** It asks for more again and again where nothing will come. */
const LOOPS_ON: Phrase = {
  python:
    'Leave the loop when recv() returns b"", and close() the socket: that is how the end of the stream shows.',
  c: 'Leave the loop when recv() returns 0, and close() the descriptor: that is how the end of the stream shows.',
  java: 'Leave the loop when read() returns -1 or readLine() null, and close() the socket: that is how the end of the stream shows.',
  javascript:
    "Call end() in the 'end' event: that is how the end of the stream shows, and with allowHalfOpen nothing else closes the connection.",
  other: 'Leave the loop at the end of the stream, and close the socket.',
};

/** It rests, so it has seen the end or does not look for it; either way the connection stays. */
const LEFT_OPEN: Phrase = {
  python:
    'Close the socket, close(), as soon as recv() returns b"" (a StreamWriter of asyncio likewise): the client is done, and the program leaves the connection open.',
  c: 'Close the descriptor as soon as recv() returns 0: the client is done, and the program leaves the connection open.',
  java: 'Close the Socket as soon as read() returns -1 or readLine() null: the client is done, and the program leaves the connection open.',
  javascript:
    "Call end() in the 'end' event: the client is done, and with allowHalfOpen nothing else closes the connection.",
  other:
    'Close the socket as soon as the stream ends: the client is done, and the program leaves the connection open.',
};

/** Connections that the program closes too early, too late or in the wrong way. */
export const CLOSES: readonly CauseRow[] = [
  {
    id: 'left_open_for_next',
    certainty: 'proved',
    of: ['not_closed'],
    when: ({ view, event, connection }) => onlyAccepts(view, event) && connection?.accepted !== true,
    hint: {
      java: 'Call close() on the Socket once its client is done: the program waits for the next client already, and this connection is still open.',
      other:
        'Close the connection once its client is done, and after fork() close it in the parent as well as in the child: the program waits for the next client already, and it is still open.',
    },
  },
  {
    id: 'end_unnoticed',
    certainty: 'proved',
    ofStreams: true,
    of: ['not_closed', 'spinning'],
    when: (seen) =>
      seen.does('reads') && (seen.connection?.localClose === 'half_close' || seen.cause === 'spinning'),
    hint: (seen) => (seen.cause === 'spinning' || seen.busy ? LOOPS_ON : LEFT_OPEN),
  },
  {
    id: 'waits_to_be_closed',
    certainty: 'likely',
    ofStreams: true,
    of: ['not_closed'],
    when: (seen) => seen.waitsForBytes,
    hint: 'Close the connection once all is sent ({close it}): the program waits for the {peer} to go first, and the {peer} waits for the end.',
    values: ({ peer }) => ({ peer }),
  },
  {
    id: 'not_closed',
    certainty: 'likely',
    ofStreams: true,
    of: ['not_closed'],
    hint: 'Close the connection once all is said ({close it}), on every way through the program, errors included.',
  },
  {
    id: 'speaks_before_request',
    certainty: 'likely',
    ofStreams: true,
    of: ['early_close', 'early_reset'],
    when: (seen) =>
      seen.does('reads') &&
      (seen.connection?.consumed ?? 0) > 0 &&
      (seen.connection?.sent ?? 0) > 0 &&
      seen.received === seen.connection?.consumed &&
      seen.role === 'server' &&
      !isAfterReply(seen),
    hint: 'Receive the request first, and send the reply after it, before closing: the program had sent something before the request, and then closed the connection.',
  },
  {
    id: 'closes_without_reply',
    certainty: 'likely',
    ofStreams: true,
    of: ['early_close', 'early_reset'],
    when: (seen) =>
      seen.does('reads') &&
      seen.role === 'server' &&
      (seen.connection?.sent ?? 0) > 0 &&
      seen.received === (seen.connection?.consumed ?? 0),
    hint: {
      java: 'Write the reply to the OutputStream of {accepted socket}, flush() it, and only then close(): the program closes the connection without a reply. If an exception leads there, print it.',
      javascript:
        'Call write() with the reply before end() or destroy(): the program closes the connection without a reply.',
      python:
        'Call sendall() on {accepted socket} before close(): the program closes the connection without a reply. If it writes to a makefile(), flush() that. If an error leads there that `except` swallows, print it.',
      c: 'Call send() on {accepted socket} before close(): the program closes the connection without a reply. If it writes with fprintf(), fflush() that.',
      other:
        'Send the reply before closing the connection, and flush what is buffered: the program closes it without a reply.',
    },
  },
  {
    id: 'one_receive_client',
    certainty: 'likely',
    ofStreams: true,
    of: ['early_close', 'exited', 'not_printed'],
    when: (seen) =>
      seen.role === 'client' &&
      (seen.does('sends') || seen.cause === 'not_printed') &&
      seen.end !== undefined &&
      (seen.connection === undefined || seen.connection.sent > 0) &&
      endedQuietly(seen) &&
      seen.someoneListened,
    hint: {
      python:
        'Call recv() in a loop, and print what comes, until the server closes the connection and recv() returns b"": one recv() returns what is there at the moment, not the whole reply.',
      c: 'Call recv() in a loop, and print what comes, until the server closes the connection and recv() returns 0: one recv() returns what is there at the moment, not the whole reply.',
      java: 'Call read() in a loop, and print what comes, until the server closes the connection and it returns -1: one read() returns what is there at the moment, not the whole reply.',
      javascript:
        "Print what comes in every 'data' event, and end only in 'end' or 'close', once the server closes: one 'data' event is not the whole reply.",
      other:
        'Receive in a loop, and print what comes, until the server closes the connection: what is received at once is not the whole reply.',
    },
  },
  {
    id: 'one_receive_server',
    certainty: 'likely',
    ofStreams: true,
    of: ['early_close', 'early_reset'],
    when: (seen) =>
      seen.role === 'server' &&
      seen.end === undefined &&
      (seen.does('sends') || (seen.received > 0 && seen.does('reads'))),
    hint: {
      python:
        'Call recv() in a loop until the message is complete (where nothing marks its end, until it returns b""), and close only then: the program closes after the first piece, and one recv() is not one message.',
      c: 'Call recv() in a loop until the message is complete (where nothing marks its end, until it returns 0), and close only then: the program closes after the first piece, and one recv() is not one message.',
      java: 'Call read() in a loop until the message is complete (where nothing marks its end, until it returns -1), and close only then: the program closes after the first piece, and one read() is not one message.',
      javascript:
        "Call end() once the message is complete, or in the 'end' event: the program closes after the first 'data' event, and that is not one message.",
      other:
        'Receive in a loop until the message is complete, or the client is done, and close only then: what is received at once is not one message.',
    },
  },
  {
    id: 'closes_while_waited_for',
    certainty: 'likely',
    ofStreams: true,
    of: ['early_close', 'early_reset'],
    when: (seen) => seen.does('claims') && seen.end === undefined,
    hint: {
      java: 'Wait for the {peer} with read(), without setSoTimeout(), before answering and closing.',
      other:
        'Wait for the {peer} with {receive}, without a time limit on the socket, before answering and closing.',
    },
    values: ({ peer }) => ({ peer }),
  },
  {
    id: 'closed_with_bytes_unread',
    certainty: 'likely',
    ofStreams: true,
    of: ['closed_by_reset', 'early_reset'],
    hint: 'Receive everything that the {peer} has sent before closing: close() with bytes unread aborts the connection (RST).',
    values: ({ peer }) => ({ peer }),
  },
  {
    id: 'closed_orderly',
    certainty: 'likely',
    ofStreams: true,
    of: ['closed_by_fin'],
    hint: {
      java: 'Call setSoLinger(true, 0) before close(): that aborts the connection (RST), as is wanted here.',
      javascript:
        'Call resetAndDestroy() instead of end(): that aborts the connection (RST), as is wanted here.',
      other:
        'Set SO_LINGER with a time of 0 before close(): that aborts the connection (RST), as is wanted here.',
    },
  },
];

/** Something had come after the request before. */
function isAfterReply({ view, on }: Evidence): boolean {
  const sent = view.events.findIndex((event) => event.type === 'sent' && event.conn === on);
  return view.events.slice(sent + 1).some((event) => event.type === 'received' && event.conn === on);
}
