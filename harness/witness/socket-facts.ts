import type { SocketCall } from './strace-lines.ts';

/** A bind(2), with what had been set on its socket before. */
export interface BindFact {
  readonly at: number;
  readonly port: number;
  readonly error: string | undefined;
  readonly reuseAddress: boolean;
  readonly reusePort: boolean;
}

/** Both ports of a connection, seen from the program. */
export interface Ends {
  readonly own: number;
  readonly other: number;
}

/** What one start of a program did with sockets, by its system calls. */
export interface SocketFacts {
  readonly binds: readonly BindFact[];
  /** Port 0 where the system chose it, at listen(2). */
  readonly listens: readonly { readonly at: number; readonly port: number }[];
  /** Where a UDP socket was bound: that is to it what listen(2) is to TCP. */
  readonly bound: readonly { readonly at: number; readonly port: number }[];
  /** Where SO_REUSEADDR was set after bind(2). */
  readonly late: readonly { readonly at: number; readonly port: number }[];
  /** Connections on which SO_REUSEADDR was set. */
  readonly onConnections: readonly (Ends & { readonly at: number })[];
  readonly accepts: readonly (Ends & { readonly from: number; readonly to: number })[];
  /** Bytes that were taken off a connection. */
  readonly receives: readonly (Ends & {
    readonly from: number;
    readonly to: number;
    readonly bytes: number;
  })[];
  /** Datagrams that were taken, the room that there was for each, and whether the kernel said that it was too small. */
  readonly datagrams: readonly DatagramFact[];
}

/** What the system calls of each start of each program say, named `server#1`. */
export type FactsByStart = ReadonlyMap<string, SocketFacts>;

/** A datagram that was taken off a socket. */
export interface DatagramFact {
  readonly to: number;
  readonly room: number;
  readonly bytes: number;
  /** MSG_TRUNC was among the flags that recvmsg(2) gave back, or more bytes were counted than there was room for. */
  readonly saidCut: boolean;
}

const RECEIVING = /^(read|readv|recvfrom|recvmsg|recvmmsg|splice)$/;

interface Collected extends SocketFacts {
  readonly binds: BindFact[];
  readonly listens: { readonly at: number; readonly port: number }[];
  readonly bound: { readonly at: number; readonly port: number }[];
  readonly late: { readonly at: number; readonly port: number }[];
  readonly onConnections: (Ends & { readonly at: number })[];
  readonly accepts: (Ends & { readonly from: number; readonly to: number })[];
  readonly receives: (Ends & { readonly from: number; readonly to: number; readonly bytes: number })[];
  readonly datagrams: DatagramFact[];
}

/** Options by socket before it was bound. */
type Options = Map<string, Set<string>>;

/** Folds system calls into facts. */
export function socketFacts(calls: readonly SocketCall[]): SocketFacts {
  const facts: Collected = {
    binds: [],
    listens: [],
    bound: [],
    late: [],
    onConnections: [],
    accepts: [],
    receives: [],
    datagrams: [],
  };
  const options: Options = new Map();
  for (const call of calls) {
    if (/^UDP/.test(call.socket)) takeUdp(call, facts);
    else if (/^TCP/.test(call.socket)) takeTcp(call, facts, options);
  }
  return facts;
}

function takeUdp(call: SocketCall, facts: Collected): void {
  if (call.name === 'bind' && call.result === 0) facts.bound.push({ at: call.to, port: portIn(call.args) });
  else if (RECEIVING.test(call.name)) takeDatagram(call, facts);
}

function takeTcp(call: SocketCall, facts: Collected, options: Options): void {
  const { name, result } = call;
  if (name === 'setsockopt' && result === 0) takeOption(call, facts, options);
  else if (name === 'bind') takeBind(call, facts, options);
  else if (name === 'listen' && result === 0) takeListen(call, facts);
  else if (name.startsWith('accept')) takeAccept(call, facts);
  else if (RECEIVING.test(name)) takeReceive(call, facts);
}

function takeListen({ socket, to }: SocketCall, facts: Collected): void {
  facts.listens.push({ at: to, port: endsOf(socket)?.own ?? portOf(socket) ?? 0 });
}

function takeAccept({ from, to, result, returned = '' }: SocketCall, facts: Collected): void {
  const accepted = result !== null && result >= 0 ? endsOf(returned) : undefined;
  if (accepted) facts.accepts.push({ ...accepted, from, to });
}

function takeReceive({ socket, args, from, to, result }: SocketCall, facts: Collected): void {
  const ends = endsOf(socket);
  const isReceived = result !== null && result > 0 && !/MSG_PEEK/.test(args);
  if (ends && isReceived) facts.receives.push({ ...ends, from, to, bytes: result });
}

/** The bytes as strace writes them, and the room behind them. */
const ROOM = /"(?:\\.|[^"\\])*"(?:\.{3})?(?:, iov_len=|, )(\d+)/;

function takeDatagram({ args, to, result }: SocketCall, facts: Collected): void {
  const room = ROOM.exec(args)?.[1];
  if (result === null || result < 0 || room === undefined || /MSG_PEEK/.test(args)) return;
  const saidCut = /msg_flags=[A-Z_|]*MSG_TRUNC/.test(args) || result > Number(room);
  facts.datagrams.push({ to, room: Number(room), bytes: result, saidCut });
}

function takeOption({ args, socket, to }: SocketCall, facts: Collected, options: Options): void {
  const option = /SO_REUSE(?:ADDR|PORT)/.exec(args)?.[0];
  if (!option || !/SOL_SOCKET/.test(args)) return;
  const on = !/\[0\]/.test(args);
  const set = options.get(socket) ?? new Set();
  if (on) set.add(option);
  else set.delete(option);
  options.set(socket, set);
  if (option !== 'SO_REUSEADDR' || !on) return;
  const ends = endsOf(socket);
  const own = ends?.own ?? portOf(socket);
  if (ends) facts.onConnections.push({ ...ends, at: to });
  else if (own !== undefined) facts.late.push({ at: to, port: own });
}

function takeBind({ args, socket, to, error }: SocketCall, facts: Collected, options: Options): void {
  const port = portIn(args);
  const set = options.get(socket);
  facts.binds.push({
    at: to,
    port,
    error,
    reuseAddress: set?.has('SO_REUSEADDR') ?? false,
    reusePort: set?.has('SO_REUSEPORT') ?? false,
  });
}

/** The port of an address among the arguments of a call. */
function portIn(args: string): number {
  return Number(/sin6?_port=htons\((\d+)\)/.exec(args)?.[1]);
}

function endsOf(socket: string): Ends | undefined {
  const [, own, other] = /:(\d+)->.*:(\d+)\]$/.exec(socket) ?? [];
  return own && other ? { own: Number(own), other: Number(other) } : undefined;
}

/** The port of a socket that is bound and not connected. */
function portOf(socket: string): number | undefined {
  const port = /\[.+:(\d+)\]$/.exec(socket)?.[1];
  return port === undefined ? undefined : Number(port);
}
