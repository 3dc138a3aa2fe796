import { oneWaits } from '../../steps/state/blocked.ts';
import type { Evidence } from './evidence.ts';
import type { Language } from './language.ts';
import type { CauseRow } from './row.ts';

function nonBlocking(seen: Evidence): boolean {
  return seen.observed('blocked')?.nonBlocking === true;
}

/** It was caught in a call that waits for several descriptors most of the time. */
function polled(seen: Evidence): boolean {
  const [first = ''] = seen.activity?.busyIn ?? [];
  return /^(select|poll|epoll)/.test(first);
}

/** What the step itself has seen of a program that should be blocked. */
function blockedState(seen: Evidence) {
  const event = seen.duringStep.findLast(
    (one) => one.type === 'observed' && one.observation.what === 'blocked',
  );
  return event?.type === 'observed' && event.observation.what === 'blocked' ? event.observation : undefined;
}

/** One thread does as it should while another is busy. */
function anotherThread(seen: Evidence): boolean {
  const found = blockedState(seen);
  return found?.state === 'spinning' && found.printed === undefined && oneWaits(found);
}

/** Some thread sleeps for a time; the JVM's sleep is a wait with a time limit. */
function sleepsForTime(seen: Evidence): boolean {
  return (blockedState(seen)?.threads ?? []).some(({ waitsFor = '' }) =>
    /^(a sleep|another thread or the clock)/.test(waitsFor),
  );
}

function clientHadLeft({ view, event }: Evidence): boolean {
  return view.events.slice(0, event).some(({ type }) => type === 'local_close');
}

/** It printed all the time that it was watched. */
function printsOn({ duringStep }: Evidence): boolean {
  return duringStep.some(
    (one) => one.type === 'observed' && 'printed' in one.observation && one.observation.printed !== undefined,
  );
}

/** It prints faster than it is read. */
function waitsToPrint(seen: Evidence): boolean {
  return (blockedState(seen)?.threads ?? []).some(({ waitsFor = '' }) =>
    /^write on standard (output|error)/.test(waitsFor),
  );
}

/** All that it waits for are threads of its own. */
function onlyThreads({ waits }: Evidence): boolean {
  return waits.length > 0 && waits.every((words) => /^another thread \(futex/.test(words));
}

/** Programs that do not wait as they should. */
export const STATES: readonly CauseRow[] = [
  {
    id: 'prints_without_end',
    certainty: 'proved',
    of: ['spinning', 'not_blocked', 'polling'],
    when: (seen) => (printsOn(seen) || waitsToPrint(seen)) && !clientHadLeft(seen),
    hint: {
      other:
        'Leave out the print that is repeated without end, or let each round of its loop wait in {call}: the program prints on and on although nothing happens.',
    },
    values: callOf,
  },
  {
    id: 'busy_thread',
    certainty: 'proved',
    of: ['spinning'],
    when: anotherThread,
    hint: 'Let every thread wait for something, in a call that blocks, or leave it out: one of them is busy-waiting while the others wait as they should.',
  },
  {
    id: 'selects_without_waiting',
    certainty: 'proved',
    of: ['spinning'],
    when: polled,
    hint: {
      c: 'Hand select() NULL as its timeout, and poll() or epoll_wait() −1: with a time limit of 0 they return at once. And ask for POLLOUT only while there is something to write.',
      python:
        'Call select() without a timeout: with a time limit of 0 it returns at once. And ask for room to write only while there is something to write.',
      java: 'Call select() instead of selectNow(), without a time limit, and ask for OP_WRITE only while there is something to write: it returns at once, again and again.',
      other:
        'Wait without a time limit of 0, and for room to write only while there is something to write: the wait returns at once, again and again.',
    },
  },
  {
    id: 'spins_at_end',
    certainty: 'likely',
    ofStreams: true,
    of: ['spinning'],
    when: clientHadLeft,
    hint: {
      python:
        'Leave the loop when recv() returns b"", or raises an error, and close() the socket: the client is gone, and recv() returns at once, again and again.',
      c: 'Leave the loop when recv() returns 0 or −1, and close() the descriptor: the client is gone, and recv() returns at once, again and again.',
      java: 'Leave the loop when read() returns -1 or readLine() null, and close() the socket: the client is gone, and they return at once, again and again.',
      javascript: "Stop in the 'end' and 'close' events of the socket: the client is gone.",
      other:
        'Leave the loop at the end of the stream, or at an error, and close the socket: the client is gone.',
    },
  },
  {
    id: 'busy_non_blocking',
    certainty: 'proved',
    of: ['spinning'],
    when: nonBlocking,
    hint: {
      python:
        'Leave setblocking(False) and settimeout() out: on a blocking socket {call} itself waits until there is something to do, and the loop need not ask again and again.',
      c: 'Leave O_NONBLOCK (SOCK_NONBLOCK) out: on a blocking socket {call} itself waits until there is something to do, and the loop need not ask again and again.',
      java: 'Leave configureBlocking(false) out: {call} itself waits until there is something to do, and the loop need not ask again and again.',
      other:
        'Leave the socket blocking: {call} itself waits until there is something to do, and the loop need not ask again and again.',
    },
    values: callOf,
  },
  {
    id: 'busy_loop',
    certainty: 'likely',
    of: ['spinning'],
    hint: {
      other:
        'Let every round of the loop wait in a call, {call} for instance, with no time limit of 0 (select(), poll()): the program asks again and again whether there is something to do.',
    },
    values: callOf,
  },
  {
    id: 'polls_available',
    certainty: 'likely',
    of: ['polling', 'not_blocked'],
    when: (seen) =>
      seen.language === 'java' && !nonBlocking(seen) && (seen.cause === 'polling' || sleepsForTime(seen)),
    hint: 'Call read() itself instead of asking available() or ready() again and again: read() waits until something comes.',
  },
  {
    id: 'polls_non_blocking',
    certainty: 'proved',
    of: ['polling'],
    hint: {
      python:
        'Leave setblocking(False), settimeout() and the sleep out: on a blocking socket {call} itself waits until there is something to do.',
      c: 'Leave O_NONBLOCK, time limits and the sleep out: on a blocking socket {call} itself waits until there is something to do.',
      java: 'Leave setSoTimeout() or configureBlocking(false), and the sleep, out: {call} itself waits until there is something to do.',
      other:
        'Leave the socket blocking, without a time limit and a sleep: {call} itself waits until there is something to do.',
    },
    values: callOf,
  },
  {
    id: 'sleeps_between',
    certainty: 'likely',
    of: ['not_blocked'],
    when: sleepsForTime,
    hint: 'Leave the sleep out, and call {call} instead: that waits by itself until there is something to do.',
    values: callOf,
  },
  {
    id: 'waits_elsewhere',
    certainty: 'likely',
    of: ['not_blocked'],
    hint: 'Come to {call} without waiting for anything else before: the evidence says what the program waits for instead.',
    values: callOf,
  },
  {
    id: 'left_unread',
    certainty: 'proved',
    ofStreams: true,
    of: ['not_read'],
    when: (seen) => seen.step.args.unread !== undefined && (seen.observed('unread')?.accepted ?? false),
    hint: {
      c: 'Take what has come with recv(), without MSG_PEEK and without waiting for more of it: it lies there unread.',
      other: 'Take what has come with {receive}, without waiting for more of it: it lies there unread.',
    },
  },
  {
    id: 'stopped_reading',
    certainty: 'likely',
    ofStreams: true,
    of: ['not_read'],
    hint: 'Receive in a loop until the {peer} is done, and send while receiving: the program has stopped reading, and what is sent to it does not fit into the buffers.',
    values: ({ peer }) => ({ peer }),
  },
  {
    id: 'speaks_first',
    certainty: 'proved',
    of: ['unexpected_bytes'],
    when: ({ connection }) => connection?.sent === 0 && !connection.accepted,
    hint: 'Wait for the client with {receive} before sending anything: the program speaks before it has received a byte.',
  },
  {
    id: 'says_too_much',
    certainty: 'likely',
    of: ['unexpected_bytes'],
    hint: 'Send only what answers something that was received: these bytes came without being asked for.',
  },
  {
    id: 'queue_full',
    certainty: 'likely',
    ofStreams: true,
    of: ['connect_timeout'],
    hint: 'Call {accept} again and again, and let listen() keep more clients waiting (a larger backlog): the queue of the listening socket is full.',
  },
  {
    id: 'still_listening',
    certainty: 'likely',
    ofStreams: true,
    of: ['not_refused'],
    hint: 'Close the listening socket when no more clients are to come: it still takes connections.',
  },
  {
    id: 'thread_never_ends',
    certainty: 'likely',
    ofStreams: true,
    of: ['not_exited'],
    when: (seen) => seen.role === 'client' && onlyThreads(seen),
    hint: {
      javascript: "Stop timers and process.stdin in the 'close' event: something keeps the program running.",
      other:
        'Let every thread end once the server has closed, and wait for none that does not: the program has its reply, and waits for a thread of its own.',
    },
  },
  {
    id: 'never_ends',
    certainty: 'likely',
    ofStreams: true,
    of: ['not_exited'],
    when: (seen) => seen.role === 'client',
    hint: {
      python:
        'Leave the loop when recv() returns b"", close the socket and end: the server has closed, and nothing more will come.',
      c: 'Leave the loop when recv() returns 0, close the socket and return from main(): the server has closed, and nothing more will come.',
      java: 'Leave the loop when read() returns -1 or readLine() null, close the socket, and end every thread: the server has closed, and nothing more will come.',
      javascript:
        "Stop timers and process.stdin in the 'close' event (clearInterval(), process.stdin.destroy()): the server has closed, and something else keeps the program running.",
      other:
        'Close the socket and end at the end of the stream: the server has closed, and nothing more will come.',
    },
  },
];

/** What the call is named that the step wants the program to wait in. */
const CALLS: Readonly<Record<string, Partial<Record<Language, string>> & { readonly other: string }>> = {
  accept: { javascript: 'the event loop', other: 'accept()' },
  recv: { java: 'read()', javascript: 'the event loop', other: 'recv()' },
  send: { java: 'write()', javascript: 'the event loop', other: 'send()' },
};

function callOf({ step, language }: Evidence): Readonly<Record<string, string>> {
  const call = CALLS[typeof step.args.in === 'string' ? step.args.in : 'accept'];
  return { call: call?.[language] ?? call?.other ?? 'accept()' };
}
