import type { Listener } from '../../model/index.ts';
import type { Evidence } from './evidence.ts';
import type { CauseRow } from './row.ts';

/** Where Linux begins to give out ports by itself, see ip_local_port_range in ip(7). */
const FIRST_EPHEMERAL = 32_768;

/** Whether it may be that listen() has taken any port, because the socket was not bound to one. */
function isUnbound({ address, port }: Listener): boolean {
  return (address === '0.0.0.0' || address === '::') && port >= FIRST_EPHEMERAL;
}

function listeners(seen: Evidence): readonly Listener[] {
  return seen.observed('listening')?.listeners ?? [];
}

/** The program ended before it listened, unasked, and without a word. */
function endsSilently(seen: Evidence): boolean {
  return seen.end !== undefined && seen.end.signal === null && !seen.listened && seen.complaint === undefined;
}

function isAtStart(seen: Evidence): boolean {
  return seen.role === 'server' && !seen.listened && seen.view.connections.size === 0;
}

/** A server that does not come to listen where it should. */
export const START: readonly CauseRow[] = [
  {
    id: 'next_port',
    certainty: 'proved',
    of: ['other_port'],
    when: (seen) => {
      const given = seen.instance?.givenPort;
      return given != null && listeners(seen).some(({ port }) => Math.abs(port - given) === 1);
    },
    hint: {
      other:
        'Listen on the port as it is given: the program adds or takes away one. Look for + 1, ++ or − 1 where it turns the argument into the port.',
    },
  },
  {
    id: 'not_bound',
    certainty: 'proved',
    of: ['other_port'],
    when: (seen) => listeners(seen).every(isUnbound),
    hint: {
      java: 'Hand the given port to new ServerSocket({the given port}): with 0, or without bind(), the system chooses one.',
      javascript:
        'Hand the given port to server.listen({the given port}): with 0, or without a port, the system chooses one.',
      python:
        'Call bind() with the given port, {the given port}, before listen(): a socket that is not bound, or bound to port 0, gets any port.',
      other:
        'Call bind() with the given port before listen(), and look at what it returns: a socket that is not bound, or bound to port 0, gets any port.',
    },
  },
  {
    id: 'other_port',
    certainty: 'proved',
    of: ['other_port'],
    hint: 'Listen on the port that the program is given, {the given port}, instead of one of its own. If another way to name the port is right, tell the grader the port with --port.',
  },
  {
    id: 'swapped_port',
    certainty: 'proved',
    of: ['swapped_port'],
    hint: {
      c: 'Put the port into the socket address with htons(port), once: its two bytes are swapped, because network byte order is not that of this machine.',
      other:
        'Leave htons() out and hand over the port as a plain number: its two bytes are swapped. Only C stores a port in network byte order itself.',
    },
  },
  {
    id: 'other_address_v6',
    certainty: 'proved',
    of: ['other_address'],
    when: ({ instance }) => instance?.host?.includes(':') ?? false,
    hint: 'Bind to the address that is asked for, or to :: for all addresses, with a socket of IPv6 (AF_INET6): a client does not reach the address that the program listens on.',
  },
  {
    id: 'other_address',
    certainty: 'proved',
    of: ['other_address'],
    hint: 'Bind to 127.0.0.1, or to 0.0.0.0 for all addresses: a client of localhost does not reach the address that the program listens on.',
  },
  {
    id: 'udp',
    certainty: 'proved',
    of: ['udp'],
    hint: {
      python:
        'Create the socket with socket.SOCK_STREAM instead of SOCK_DGRAM, and call listen(): TCP is wanted here, not UDP.',
      c: 'Create the socket with SOCK_STREAM instead of SOCK_DGRAM, and call listen(): TCP is wanted here, not UDP.',
      java: 'Use a ServerSocket instead of a DatagramSocket: TCP is wanted here, not UDP.',
      javascript: 'Use net.createServer() instead of dgram: TCP is wanted here, not UDP.',
      other: 'Use a TCP socket (a stream) instead of a UDP one, and listen on it.',
    },
  },
  {
    id: 'waits_on_stdin',
    certainty: 'proved',
    of: ['waits_on_stdin'],
    hint: 'Take the port from the command line, {the given port}, instead of asking for it: nothing is typed on standard input here.',
  },
  {
    id: 'unix_socket',
    certainty: 'proved',
    of: ['idle', 'no_listen'],
    when: (seen) => /Unix socket/.test(seen.found.actual ?? ''),
    hint: 'Create the socket with AF_INET instead of AF_UNIX: a Unix socket has a name in the file system and no port.',
  },
  {
    id: 'no_listen',
    certainty: 'proved',
    of: ['no_listen'],
    hint: 'Call listen() on the socket, after bind() and before accept(): until then the kernel takes no connections for it.',
  },
  {
    id: 'waits_before_listening',
    certainty: 'likely',
    of: ['idle'],
    hint: 'Make the socket listen first, and only then wait for anything else: the program waits, and nothing that could end its wait will come. The evidence says what it waits for.',
  },
  {
    id: 'slow_to_listen',
    certainty: 'likely',
    of: ['not_listening'],
    when: (seen) => seen.does('starts'),
    hint: 'Listen first: do what takes long, and every sleep, after {listen} or not at all.',
  },
  {
    id: 'left_behind',
    certainty: 'proved',
    of: ['exited', 'crashed'],
    when: (seen) => seen.observed('control_start')?.listens === false,
    hint: 'Do without the lock or pid file that the first start leaves behind when it is killed, or take no notice of it: that, and not the port, stops the second start.',
  },
  {
    id: 'server_connects',
    certainty: 'proved',
    of: ['exited', 'crashed'],
    when: (seen) =>
      isAtStart(seen) && seen.complains(['Connection refused', 'ECONNREFUSED', 'ConnectionRefusedError']),
    hint: {
      java: 'Use new ServerSocket({the given port}) and accept() instead of new Socket(…): a server waits for connections and opens none.',
      javascript:
        'Use net.createServer(…).listen(…) instead of net.connect(): a server waits for connections and opens none.',
      other: 'Call bind() and listen() instead of connect(): a server waits for connections and opens none.',
    },
  },
  {
    id: 'listen_forgotten',
    certainty: 'proved',
    of: ['exited', 'crashed'],
    when: (seen) =>
      isAtStart(seen) &&
      seen.complains(['Invalid argument', 'EINVAL']) &&
      /accept/i.test(seen.complaint?.text ?? ''),
    hint: 'Call listen() on the socket after bind(): accept() fails with "Invalid argument" on a socket that does not listen.',
  },
  {
    id: 'nothing_to_do',
    certainty: 'proved',
    of: ['exited'],
    when: (seen) => seen.language === 'javascript' && endsSilently(seen) && seen.end?.code === 0,
    hint: 'Call server.listen({the given port}): Node ends a program as soon as nothing is left that it waits for.',
  },
  {
    id: 'ends_at_once',
    certainty: 'likely',
    of: ['exited'],
    when: (seen) => isAtStart(seen) && endsSilently(seen) && seen.end?.code === 0,
    hint: {
      python:
        'Call the function that runs the server, at the end of the file: the program ended, without an error, before a client came.',
      java: 'Start the server in main(): the program ended, without an error, before a client came.',
      other:
        'Let main() make a socket, listen and then serve clients in a loop: the program ended, without an error, before a client came.',
    },
  },
  {
    id: 'silent_failure',
    certainty: 'likely',
    of: ['exited'],
    when: (seen) => isAtStart(seen) && endsSilently(seen),
    hint: {
      c: 'Print why it gives up, with perror() after each of socket(), bind() and listen() that returns −1: the program ended without a word.',
      other: 'Print the error before the program gives up: it ended without a word.',
    },
  },
];

/** A server that was started again on its port. */
export const RESTART: readonly CauseRow[] = [
  {
    id: 'no_reuseaddr',
    certainty: 'proved',
    of: ['no_reuseaddr', 'port_lost'],
    when: (seen) => seen.found.because === undefined,
    hint: {
      python:
        'Call s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) on the listening socket before bind().',
      c: 'Set SO_REUSEADDR to 1 on the listening socket, with setsockopt() between socket() and bind().',
      java: 'Create the socket with new ServerSocket(), call setReuseAddress(true), and only then bind(new InetSocketAddress(port)).',
      other: 'Set SO_REUSEADDR on the listening socket after creating it and before binding it.',
    },
  },
  {
    id: 'late_reuseaddr',
    certainty: 'proved',
    of: ['late_reuseaddr'],
    hint: 'Set SO_REUSEADDR on the listening socket earlier, before bind(): once the socket is bound the option comes too late.',
  },
  {
    id: 'accepted_reuseaddr',
    certainty: 'proved',
    of: ['accepted_reuseaddr'],
    hint: 'Set SO_REUSEADDR on the listening socket, before bind(), instead of on the accepted one.',
  },
  {
    id: 'child_holds_port',
    certainty: 'proved',
    of: ['leftover_child'],
    hint: 'Close the listening socket in every child process, right after fork(), and let children end with the program: one of them still holds the port.',
  },
  {
    id: 'child_outlives_server',
    certainty: 'proved',
    of: ['not_closed'],
    when: ({ exit }) => exit?.reason === 'step',
    hint: {
      c: 'Leave child processes in the process group of the server, without setpgid() or setsid(), so that they end with it: a child outlived the server and still holds the connection.',
      python:
        'Leave child processes in the process group of the server, without os.setpgid(), os.setsid() or start_new_session, so that they end with it: a child outlived the server and still holds the connection.',
      other:
        'Let child processes end together with the server, in its process group: a child outlived the server and still holds the connection.',
    },
    retell: ({ found, program }) => ({
      summary: `The program "${program}" was ended, and a process that it started still holds the connection open.`,
      actual: 'the connection stays open in a child process',
      evidence: found.evidence ?? [],
    }),
  },
];
