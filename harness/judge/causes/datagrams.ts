import type { CauseRow } from './row.ts';

/** Programs that talk by UDP: what the kernel says of their sockets leaves no other reading. */
export const DATAGRAMS: readonly CauseRow[] = [
  {
    id: 'tcp_for_udp',
    certainty: 'proved',
    of: ['tcp'],
    hint: {
      java: 'Use a DatagramSocket instead of a ServerSocket: UDP is wanted here, and there is no accept().',
      javascript:
        "Use dgram.createSocket('udp4') and bind() instead of net.createServer(): UDP is wanted here.",
      other:
        'Create the socket with SOCK_DGRAM instead of SOCK_STREAM: UDP is wanted here, bind() is enough then, and there is no listen() and no accept().',
    },
  },
  {
    id: 'udp_not_bound',
    certainty: 'proved',
    of: ['no_listen'],
    when: ({ found }) => found.detail === 'udp_not_bound',
    hint: {
      java: 'Hand the given port to new DatagramSocket({the given port}) before receive().',
      javascript: 'Call socket.bind({the given port}): without it no datagram reaches the program.',
      other: 'Call bind() with the given port, {the given port}, before recvfrom().',
    },
  },
  {
    id: 'no_udp_socket',
    certainty: 'proved',
    of: ['idle'],
    when: ({ found }) => found.detail === 'no_udp_socket',
    hint: 'Create a UDP socket (SOCK_DGRAM), bind() it to the given port, and wait for datagrams on it, without connect().',
  },
  {
    id: 'reply_from_other_port',
    certainty: 'proved',
    of: ['wrong_port'],
    when: ({ found }) => found.detail === 'reply_from_other_port',
    hint: 'Answer with the socket on which the datagram was received (sendto() on the bound one): most clients drop what comes from another port.',
  },
  {
    id: 'udp_socket_closed',
    certainty: 'proved',
    of: ['refused'],
    when: ({ found }) => found.detail === 'udp_socket_closed',
    hint: 'Keep the socket open, and go back to receiving for the next datagram: nothing is bound to the port any more.',
  },
  {
    id: 'connected_udp_socket',
    certainty: 'proved',
    of: ['wrong_peer'],
    hint: 'Leave connect() out on the socket of a UDP server, and answer the address that came with the datagram (recvfrom(), sendto()): a connected socket takes datagrams of one peer only.',
  },
  {
    id: 'one_datagram_only',
    certainty: 'proved',
    of: ['not_read'],
    when: ({ found }) => found.detail === 'one_datagram_only',
    hint: 'Receive in a loop, once for each datagram: one lies there unread.',
  },
  {
    id: 'reply_to_nobody',
    certainty: 'proved',
    of: ['wrong_port'],
    hint: 'Answer to the address and port that came with the datagram (recvfrom()): each client has a port of its own, and the reply went to one where nothing is bound.',
  },
  {
    id: 'datagram_cut',
    certainty: 'proved',
    of: ['truncated'],
    when: ({ found }) => found.detail === 'datagram_cut',
    hint: 'Make the buffer as large as a datagram may be (65535 bytes is always enough), and answer with all that was received: what does not fit into it is lost, and no second call gets it.',
  },
  {
    id: 'port_told_too_early',
    certainty: 'proved',
    of: ['refused'],
    when: ({ found }) => found.detail === 'port_told_too_early',
    hint: 'Call bind() and listen() before the port is sent to the other side, and send the port that getsockname() returns.',
  },
  {
    id: 'no_address_length',
    certainty: 'proved',
    of: ['nothing_received'],
    when: (seen) =>
      seen.byDatagrams &&
      seen.language === 'c' &&
      /\bsendto\b.*(?:Invalid argument|EINVAL|Destination address required)/i.test(
        seen.complaint?.text ?? '',
      ),
    hint: 'Set the length to the size of the address before each recvfrom(), as in socklen_t length = sizeof from: the kernel fills in no more than that, and sendto() then refuses the address.',
  },
  {
    id: 'ends_after_datagrams',
    certainty: 'likely',
    of: ['exited', 'refused', 'nothing_received', 'not_listening'],
    when: (seen) => seen.byDatagrams && seen.role === 'server' && seen.end?.code === 0,
    hint: 'Receive and answer in a loop that never ends: a server goes on for the next datagram, and this one ended, without an error.',
  },
  {
    id: 'no_time_limit',
    certainty: 'likely',
    of: ['not_exited', 'nothing_received'],
    when: (seen) =>
      seen.byDatagrams &&
      seen.role === 'client' &&
      seen.end === undefined &&
      seen.waits.some((wait) => /\brecv/.test(wait)),
    hint: {
      python:
        'Set a time limit before recvfrom(), with settimeout(), and go on when it is over: a datagram may be lost, and the program waits for it for ever.',
      c: 'Set a time limit before recvfrom(), with SO_RCVTIMEO or poll(), and go on when it is over: a datagram may be lost, and the program waits for it for ever.',
      java: 'Set a time limit with setSoTimeout() before receive(), and go on at SocketTimeoutException: a datagram may be lost, and the program waits for it for ever.',
      javascript:
        "Start a timer with setTimeout() beside each send(), and go on when it is over: a datagram may be lost, and the program waits for its 'message' event for ever.",
      other:
        'Wait for each datagram with a time limit, and go on when it is over: a datagram may be lost, and the program waits for it for ever.',
    },
  },
];
