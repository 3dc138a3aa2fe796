import type { Evidence } from '../evidence.ts';
import { type ErrorRow, isClient } from './row.ts';

const REFUSED = ['Connection refused', 'ECONNREFUSED', 'ConnectionRefusedError', 'ConnectException'];

const ADDRESS_IN_USE = [
  'Address already in use',
  'EADDRINUSE',
  'Adresse déjà utilisée',
  'Die Adresse wird bereits verwendet',
];

/** A connection of the program was accepted. */
function hasReachedOne({ view }: Evidence): boolean {
  return [...view.connections.values()].some(({ accepted }) => accepted);
}

/** A port, host or address is wrong or taken. The first that fits counts, so what is more special stands first. */
export const ADDRESSES: readonly ErrorRow[] = [
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
    text: ADDRESS_IN_USE,
    when: (seen) => !isClient(seen) || seen.view.listeners.size === 0,
    hint: {
      java: 'Create one ServerSocket only, and call setReuseAddress(true) on it before bind(): the port was still taken.',
      javascript: 'Call listen() once, on one server: the port is taken already.',
      other:
        'Bind the port once only, and set SO_REUSEADDR on the listening socket before bind(): the port was still taken.',
    },
  },
  {
    id: 'client_listens',
    text: ADDRESS_IN_USE,
    hint: {
      java: 'Use new Socket(host, port) instead of a ServerSocket: a client connects to the server, which has the port already.',
      javascript:
        'Use net.connect() instead of net.createServer(): a client connects to the server, which has the port already.',
      other:
        'Call connect() instead of bind() and listen(): a client connects to the server, which has the port already.',
    },
  },
  {
    id: 'low_port',
    text: [
      'PermissionError: [Errno 13] Permission denied',
      'BindException: Permission denied',
      'bind: Permission denied',
      'listen EACCES',
      'bind failed: Permission denied',
    ],
    beside: [
      'bind',
      'BindException',
      'listen',
      'create_server',
      'start_server',
      'serve_forever',
      'TCPServer',
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
    text: REFUSED,
    when: (seen) => isClient(seen) && seen.someoneListened && !hasReachedOne(seen),
    hint: 'Connect to the host and port that the program is given, {the given host and port}: nothing listens where it tried.',
  },
  {
    id: 'other_server_not_there',
    text: REFUSED,
    when: (seen) => isClient(seen) && hasReachedOne(seen),
    hint: 'Check the host and port of the other connection: the first one was accepted, and nothing listens where the program tried next. {where}',
  },
];
