import { onlyAccepts, waitingToBeAccepted } from '../moment.ts';
import type { Evidence } from './evidence.ts';
import type { CauseRow } from './row.ts';

const SILENT = ['nothing_received', 'truncated', 'too_short', 'no_match'] as const;

const KEYBOARD = /standard input|terminal/;

function readsKeyboard(seen: Evidence): boolean {
  return !seen.waitsForBytes && seen.waits.some((words) => /^read /.test(words) && KEYBOARD.test(words));
}

/** The connection, as a number of the port at its other end, that several threads read from. */
function sharedPort({ waits, view, on }: Evidence): number | undefined {
  const ports = waits.flatMap((words) => {
    const port = /^(?:recv|read) on connection from \S+:(\d+)$/.exec(words)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
  return ports.find((port, at) => ports.indexOf(port) !== at && port !== view.connections.get(on)?.localPort);
}

function nameOf({ view }: Evidence, port: number | undefined): string {
  const found = [...view.connections].findLast(([, { localPort }]) => localPort === port);
  return found?.[0] ?? 'another one';
}

function isEdgeTriggered(seen: Evidence): boolean {
  const port = seen.connection?.localPort;
  return (
    (seen.unread() ?? 0) > 0 &&
    seen.waits.some((words) => /^epoll on /.test(words) && words.includes(`:${port} (edge-triggered)`))
  );
}

/** All that it waits for are other descriptors than this connection, on which bytes lie unread. */
function isNotWatched(seen: Evidence): boolean {
  return (
    (seen.unread() ?? 0) > 0 &&
    !seen.isQueued() &&
    !seen.waitsForBytes &&
    seen.waits.length > 0 &&
    seen.waits.every((words) => /^(select|poll|epoll) on /.test(words))
  );
}

/** More connections of programs have arrived than programs were started, since this one was. */
function connectedAgain({ sinceStart }: Evidence): boolean {
  const count = (type: string) => sinceStart.filter((event) => event.type === type).length;
  return count('arrived') > Math.max(1, count('process_start'));
}

/** All threads wait, for other clients or for new ones, and bytes of this one lie unread. */
function servesOthersOnly(seen: Evidence): boolean {
  const others = seen.waits.filter((words) => /^(recv|read) on connection/.test(words));
  return (
    seen.role === 'server' &&
    (seen.unread() ?? 0) > 0 &&
    !seen.isQueued() &&
    !seen.waitsForBytes &&
    others.length > 0 &&
    seen.waits.every((words) => others.includes(words) || /^accept on listening/.test(words))
  );
}

/** The request has been sent on a connection that the grader opened, and the program waits for more on it. */
function waitsForMore(seen: Evidence): boolean {
  return waitsInReceive(seen) && owesReply(seen);
}

function waitsInReceive(seen: Evidence): boolean {
  const { connection } = seen;
  return (
    seen.cause === 'nothing_received' &&
    seen.waitsForBytes &&
    seen.received === (connection?.consumed ?? 0) &&
    connection?.accepted === false &&
    connection.localClose === undefined
  );
}

/** The last bytes on the connection were ours; else what is waited for would have come of something said elsewhere. */
function owesReply({ before, on }: Evidence): boolean {
  const last = before.findLast(
    (event) => (event.type === 'sent' || event.type === 'received') && event.conn === on,
  );
  return last?.type === 'sent';
}

function said({ connection }: Evidence): string {
  return connection?.said.from(0).toString('latin1') ?? '';
}

const notAccepted = (seen: Evidence) => ({
  cause: 'not_accepted' as const,
  summary: `The program has not accepted the connection "${seen.on}": it waits in the queue${seen.does('reads') ? ', and no reply came' : ''}.`,
});

/** Nothing came, or not all, and the connection is still there. */
export const SILENCE: readonly CauseRow[] = [
  {
    id: 'defer_accept',
    certainty: 'proved',
    of: ['not_accepted'],
    when: ({ view, event }) => onlyAccepts(view, event),
    hint: 'Leave the option TCP_DEFER_ACCEPT out: with it accept() returns only once the client has sent something, and the kernel keeps the connection from the program until then.',
  },
  {
    id: 'reads_keyboard',
    certainty: 'proved',
    of: [...SILENT, 'not_accepted', 'not_printed', 'not_exited', 'not_read'],
    when: (seen) => readsKeyboard(seen) && seen.role === 'server',
    hint: {
      python:
        'Send what recv() returned instead of asking for the reply with input(): the program waits on standard input, where nothing is typed.',
      c: 'Send what recv() returned instead of asking for the reply with scanf(), fgets(stdin) or std::cin: the program waits on standard input, where nothing is typed.',
      java: 'Take the reply from the InputStream of the Socket instead of System.in: the program waits on standard input, where nothing is typed.',
      javascript:
        'Take the reply from {what was received} instead of process.stdin: the program waits on standard input, where nothing is typed.',
      other:
        'Take the reply from what the client sent instead of the keyboard: the program waits on standard input, where nothing is typed.',
    },
  },
  {
    id: 'asks_user_again',
    certainty: 'proved',
    of: [...SILENT, 'not_printed', 'not_exited', 'not_closed', 'not_read'],
    when: (seen) => readsKeyboard(seen) && seen.role === 'client',
    hint: 'Receive and print the reply right after sending the request: the program waits on standard input for another line instead, and none is typed.',
  },
  {
    id: 'select_without_sockets',
    certainty: 'proved',
    of: [...SILENT, 'not_accepted', 'not_blocked', 'not_read'],
    when: ({ waits }) => waits.some((words) => /^(select|poll) on nothing/.test(words)),
    hint: {
      c: 'Hand select() the highest descriptor plus one as its first argument, and FD_SET() each one again before every call: it waits for no descriptor at all.',
      python: 'Hand select() the listening socket and those of all clients: it waits for none at all.',
      other: 'Wait for the listening socket and those of all clients: the program waits for none at all.',
    },
    retell: (seen) => (seen.isQueued() ? notAccepted(seen) : {}),
  },
  {
    id: 'one_at_a_time',
    certainty: 'proved',
    of: [...SILENT, 'not_accepted', 'not_read'],
    when: (seen) => seen.isQueued() && seen.waits.some((words) => /^(recv|read) on connection/.test(words)),
    hint: {
      python:
        'Serve each client in a thread of its own (threading.Thread), so that accept() is called again at once: the program waits for one client while another one is in the queue.',
      c: 'Serve each client in a thread or a child process of its own, or all of them with poll(), so that accept() is called again at once: the program waits for one client while another is in the queue.',
      java: 'Serve each Socket in a Thread of its own, so that accept() is called again at once: the program waits for one client while another one is in the queue.',
      other:
        'Serve clients side by side, and accept the next one at once: the program waits for one client while another one is in the queue.',
    },
    retell: notAccepted,
  },
  {
    id: 'sleeps_before_accept',
    certainty: 'proved',
    of: [...SILENT, 'not_accepted', 'not_read'],
    when: (seen) =>
      seen.isQueued() && seen.waits.every((words) => /^a sleep/.test(words)) && seen.waits.length > 0,
    hint: 'Leave the sleep out and call accept() right away: the connection waits in the queue while the program sleeps.',
    retell: notAccepted,
  },
  {
    id: 'never_accepted',
    certainty: 'likely',
    ofStreams: true,
    of: [...SILENT, 'not_accepted', 'not_read'],
    when: (seen) => seen.isQueued() || seen.cause === 'not_accepted',
    hint: 'Come back to {accept} for every client, in a loop that nothing holds up: the connection waits in the queue, and the program does not take it.',
    retell: (seen) => (seen.isQueued() ? notAccepted(seen) : {}),
  },
  {
    id: 'shared_between_threads',
    certainty: 'proved',
    // A connection that no variable holds any more is closed by Python itself.
    of: [...SILENT, 'early_close'],
    when: (seen) => sharedPort(seen) !== undefined && !seen.waitsForBytes,
    hint: {
      python:
        'Hand the accepted socket to its thread as an argument, threading.Thread(target=serve, args=(conn,)), and use only that one in it: a global variable, or that of the loop, holds the latest client.',
      c: 'Hand each thread a copy of its own (malloc() an int for each client) instead of the address of one variable: that holds the latest client by the time the thread looks.',
      java: 'Keep the Socket of each client in a final local variable, or a field of its own handler: a static or shared one holds the latest client only.',
      other:
        'Give each client a variable of its own for its connection: a shared one holds the latest client only.',
    },
    retell: (seen) => {
      const other = nameOf(seen, sharedPort(seen));
      return {
        cause: 'wrong_client',
        summary: `No reply arrived on "${seen.on}": several threads of the program read from the connection "${other}", and none from this one.`,
      };
    },
  },
  {
    id: 'edge_triggered',
    certainty: 'proved',
    of: [...SILENT, 'cut_at_nul', 'not_read'],
    when: isEdgeTriggered,
    hint: {
      c: 'Read on until recv() returns −1 with EAGAIN (on a non-blocking socket), or leave EPOLLET out: edge-triggered epoll tells only once of bytes that have come, and some lie unread.',
      python:
        'Read on until recv() raises BlockingIOError, or leave EPOLLET out: edge-triggered epoll tells only once of bytes that have come, and some lie unread.',
      other: 'Read on until nothing is left before waiting again: bytes of the {peer} lie unread.',
    },
    values: ({ peer }) => ({ peer }),
    retell: (seen) => ({
      ...(seen.cause === 'cut_at_nul' ? { cause: 'truncated' as const } : {}),
      summary: `The program has not read all: ${seen.unread()} bytes of "${seen.on}" lie unread while it waits in epoll.`,
    }),
  },
  {
    id: 'not_watched',
    certainty: 'proved',
    ofStreams: true,
    of: [...SILENT, 'cut_at_nul', 'not_read'],
    when: isNotWatched,
    hint: {
      c: 'Let select() watch each accepted socket: FD_SET() it, and make the first argument greater than the highest of them, after every accept(). With poll() and epoll, add it there. The program waits for other descriptors only.',
      python:
        'Add each accepted socket to what the program waits for: the list that select() gets, or register() of a selector. It waits for others only.',
      java: 'Register each accepted SocketChannel with the Selector for OP_READ, and keep OP_READ among its interestOps(): the program waits for others only.',
      javascript:
        "Add a 'data' listener to each socket, and resume() it after pause(): nothing reads from this one.",
      other:
        'Add each accepted socket to what the program waits for (select, poll, epoll): it waits for others only.',
    },
    retell: (seen) => ({
      ...(seen.cause === 'cut_at_nul' ? { cause: 'truncated' as const } : {}),
      summary: `The program does not wait for "${seen.on}": ${seen.unread()} bytes lie unread there while it waits for others only.`,
    }),
  },
  {
    id: 'no_thread_left',
    certainty: 'proved',
    ofStreams: true,
    of: [...SILENT, 'not_read'],
    when: servesOthersOnly,
    hint: {
      python:
        'Serve each client in a thread of its own (threading.Thread) instead of a pool of fixed size: every thread waits for another client, and bytes of this one lie unread.',
      java: 'Use Executors.newCachedThreadPool() or a Thread for each client instead of a pool of fixed size: every thread waits for another client, and bytes of this one lie unread.',
      other:
        'Serve each client in a thread or process of its own, or all with poll(): everything waits for another client, and bytes of this one lie unread.',
    },
  },
  {
    id: 'second_connection',
    certainty: 'proved',
    of: [...SILENT, 'not_closed', 'not_exited', 'not_read', 'not_printed', 'early_close', 'exited'],
    when: (seen) => seen.role === 'client' && waitingToBeAccepted(seen.view) > 0 && connectedAgain(seen),
    hint: 'Use one connection for all of it: the program has opened a second one to the same server, which has nothing to say there.',
    retell: (seen) => ({
      evidence: [
        'the program opened a second connection, which was not accepted',
        ...(seen.found.evidence ?? []),
      ],
    }),
  },
  {
    id: 'waits_for_other_server',
    certainty: 'likely',
    of: ['nothing_received'],
    when: ({ view, role }) => role === 'server' && waitingToBeAccepted(view) > 0,
    hint: 'See whether the program needs the other server here: it has connected to that, and nothing is answered there, so it can answer its own client only without.',
    retell: ({ found }) => ({
      summary: 'No reply came: the program has connected to the other server, where nothing is answered now.',
      evidence: [
        'the program opened a connection to the other server, which was not accepted',
        ...(found.evidence ?? []),
      ],
    }),
  },
  {
    id: 'request_not_sent',
    certainty: 'proved',
    of: ['nothing_received'],
    when: (seen) => seen.connection?.accepted === true && seen.received === 0 && seen.waitsForBytes,
    hint: {
      java: 'Call flush() after writing the request, or make the PrintWriter with true for autoflush and use println(): the program waits for the reply, and nothing of its request has been sent.',
      python:
        'Call flush() after writing the request, or send it with sendall(): the program waits for the reply, and nothing of its request has been sent.',
      c: 'Call fflush() after writing the request, or send it with send(): the program waits for the reply, and nothing of its request has been sent.',
      javascript:
        'Call write() with the request once connected, and uncork() what was corked: the program waits for the reply, and nothing of its request has been sent.',
      other:
        'Send the request before waiting for the reply, and flush what is buffered: nothing of it has been sent.',
    },
    retell: () => ({
      summary: 'Nothing came: the program has sent nothing and waits for the reply.',
    }),
  },
  {
    id: 'both_wait',
    certainty: 'proved',
    of: ['nothing_received'],
    when: (seen) => waitsInReceive(seen) && seen.connection?.sent === 0,
    hint: 'Send first: the program waits for the client to begin, and the client expects it to speak first.',
  },
  {
    id: 'half_open',
    certainty: 'likely',
    ofStreams: true,
    of: ['nothing_received', 'early_close', 'truncated', 'too_short', 'no_match'],
    when: ({ language, connection, end }) =>
      language === 'javascript' &&
      end === undefined &&
      connection?.localClose === 'half_close' &&
      connection.ended !== undefined,
    hint: {
      other:
        'Create the server with net.createServer({ allowHalfOpen: true }, …), and end() each socket yourself: without it Node closes a connection as soon as the client is done, and what is written later is lost.',
    },
  },
  {
    id: 'whole_lines',
    certainty: 'likely',
    ofStreams: true,
    of: ['nothing_received'],
    when: (seen) => waitsForMore(seen) && said(seen) !== '' && !said(seen).endsWith('\n'),
    hint: {
      python:
        'Answer after each recv(), instead of waiting for the end of a line or of the stream (readline(), makefile(), a loop until \\n): the client has sent no newline.',
      c: 'Answer after each recv(), instead of waiting for the end of a line or of the stream (fgets(), MSG_WAITALL, a loop until \\n): the client has sent no newline.',
      java: 'Answer after each read(), instead of waiting for the end of a line or of the stream (readLine(), a Scanner, readAllBytes()): the client has sent no newline.',
      javascript:
        "Answer in each 'data' event, instead of waiting for the end of a line or of the stream (readline, 'end'): the client has sent no newline.",
      other:
        'Answer whatever was received, instead of waiting for the end of a line or of the stream: the client has sent no newline.',
    },
  },
  {
    id: 'whole_lines_only',
    certainty: 'proved',
    of: ['truncated'],
    when: ({ found }) => found.detail === 'whole_lines_only',
    hint: {
      python:
        'Send back what recv() returned, with or without a newline in it: readline(), makefile() and loops until \\n answer whole lines only, and wait for the end of this one.',
      c: 'Send back what recv() returned, with or without a newline in it: fgets(), getline() and loops until \\n answer whole lines only, and wait for the end of this one.',
      java: 'Send back what read() returned, with or without a newline in it: readLine() and Scanner answer whole lines only, and wait for the end of this one.',
      javascript:
        "Send back each Buffer of the 'data' event, with or without a newline in it: readline answers whole lines only, and waits for the end of this one.",
      other:
        'Send back what was received, with or without a newline in it: the program answers whole lines only, and waits for the end of this one.',
    },
  },
  {
    id: 'waits_for_more',
    certainty: 'likely',
    ofStreams: true,
    of: ['nothing_received'],
    when: waitsForMore,
    hint: {
      python:
        'Answer after each recv(), instead of reading until the client is done or a buffer is full: the program waits for more of it on the same connection. If it writes to a makefile(), flush() that.',
      c: 'Answer after each recv(), instead of reading until the client is done or a buffer is full (MSG_WAITALL): the program waits for more of it on the same connection. If it writes with fprintf(), fflush() that.',
      java: 'Answer after each read(), and flush() each reply (or new PrintWriter(out, true) and println()): the program waits for more on the same connection, as readUTF(), readFully() and readAllBytes() do.',
      javascript:
        "Answer in each 'data' event, instead of in 'end': the program waits for more of it on the same connection.",
      other:
        'Answer after each message, instead of reading until the client is done, and flush what is buffered: the program waits for more of it on the same connection.',
    },
  },
  {
    id: 'deadlock',
    certainty: 'likely',
    of: [...SILENT, 'not_closed'],
    when: (seen) =>
      seen.idle &&
      !seen.waitsForBytes &&
      // The threads of its pool always wait for each other.
      seen.language !== 'javascript' &&
      seen.waits.some((words) => /^another thread \(futex\)$/.test(words)),
    hint: {
      python:
        'Give each lock back before the same thread takes it again, and join() no thread that has work to do: no thread reads from this client, and one waits for another. In a thread pool an exception may have ended the work: print it, submit() does not.',
      java: 'Print every exception in the task of the client, since submit() does not; give locks back, and join() no thread that has work to do: no thread reads from this client, and one waits for another thread.',
      other:
        'Let no thread wait for another one that waits for it: give each lock back before the same thread takes it again, and join() no thread that has work to do. The program waits for a thread of its own.',
    },
  },
  {
    id: 'sleeps_instead',
    certainty: 'likely',
    of: [...SILENT],
    when: (seen) => seen.waits.length > 0 && seen.waits.every((words) => /^a sleep/.test(words)),
    hint: 'Leave the sleep out, and answer as soon as the request is there: the program sleeps while the {peer} waits.',
    values: ({ peer }) => ({ peer }),
  },
  {
    id: 'busy_instead',
    certainty: 'likely',
    of: [...SILENT, 'not_exited', 'not_closed', 'not_read', 'early_close'],
    when: (seen) => seen.busy,
    hint: 'Look for a loop that never ends or waits: the program is busy with the processor instead of going on. A loop around {receive} has to end when {the end of the stream}.',
  },
];
