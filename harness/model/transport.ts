/** How bytes travel between the grader and a program. */
export type Transport = 'tcp' | 'udp' | 'tls';

/** What the kernel keeps a table of: TLS is bytes on a TCP connection. */
export type Protocol = 'tcp' | 'udp';

/** What a transport can do; a step that asks for more is an error of the specification. */
export interface TransportFeatures {
  /** As it is written in texts for people. */
  readonly name: string;
  readonly protocol: Protocol;
  /** Bytes without borders; without it each send is one message. */
  readonly stream: boolean;
  /** Either side can say that it is done, and goes on reading. */
  readonly halfClose: boolean;
  /** A connection has an end that the other side sees, orderly or by an abort. */
  readonly ends: boolean;
  /** The kernel counts the bytes of one connection that the program has not read. */
  readonly countsUnread: boolean;
}

/** Every transport with what it can do. */
export const TRANSPORTS: Readonly<Record<Transport, TransportFeatures>> = {
  tcp: { name: 'TCP', protocol: 'tcp', stream: true, halfClose: true, ends: true, countsUnread: true },
  // What lies unread are records, and close_notify ends both directions for most programs.
  tls: { name: 'TLS', protocol: 'tcp', stream: true, halfClose: false, ends: true, countsUnread: false },
  udp: { name: 'UDP', protocol: 'udp', stream: false, halfClose: false, ends: false, countsUnread: false },
};

/** What a file may name. */
export const TRANSPORT_NAMES = Object.keys(TRANSPORTS) as readonly Transport[];
