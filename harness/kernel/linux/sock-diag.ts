import { type ChildProcessByStdio, spawn } from 'node:child_process';
import os from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { TOOL_ENVIRONMENT } from '../tool.ts';
import type { TcpRow } from '../types.ts';
import { bytesAddress } from './address.ts';
import { stateOf } from './tcp-rows.ts';

/** A bit for each state that /proc/net/tcp has rows of, from linux/tcp_states.h: not those that are bound and no more. */
const ALL_STATES = 0x1fff;
/** What listens is in a small table of its own, however large the other one is. */
const LISTENING = 1 << 10;

/**
 * Passes on each request that comes in, a length and so many bytes of a netlink message, and answers with what the kernel
 * says: a length and so many bytes of messages, the length 0 for a socket that is not there, or -1. See sock_diag(7). Node
 * can't open such a socket.
 */
const HELPER = `
socket(my $kernel, 16, 3, 4) or exit 1;
binmode(STDIN); binmode(STDOUT);
while (read(STDIN, my $head, 4)) {
  read(STDIN, my $request, unpack('L', $head)) or exit 1;
  # NLM_F_DUMP
  my $many = unpack('x6 S', $request) & 0x300;
  syswrite($kernel, $request) or exit 1;
  my ($messages, $last, $error) = ('', 0, 0);
  until ($last) {
    sysread($kernel, my $part, 65536) or exit 1;
    for (my $at = 0; $at + 16 <= length($part) && !$last;) {
      my ($length, $type) = unpack('L S', substr($part, $at, 6));
      # NLMSG_DONE and NLMSG_ERROR
      $last = $type if !$many || $type == 3 || $type == 2 || $length < 16;
      $error = unpack('l', substr($part, $at + 16, 4)) if $type == 2;
      $at += ($length + 3) & ~3;
    }
    $messages .= $part;
  }
  # ENOENT
  $messages = '' if $error == -2 && !$many;
  my $good = $many ? $last == 3 : !$error || $messages eq '';
  my $answer = $good ? pack('l', length($messages)) . $messages : pack('l', -1);
  while (length($answer)) { substr($answer, 0, syswrite(STDOUT, $answer) || exit(1)) = '' }
}
`;

/** Numbers of the families, from linux/socket.h. */
const FAMILIES = { 4: 2, 6: 10 } as const;
/** Length of `struct nlmsghdr` and of `struct inet_diag_msg`, and the type of what tells of a socket. */
const HEAD = 16;
const MESSAGE = 72;
const SOCK_DIAG_BY_FAMILY = 20;
/** NLM_F_REQUEST, and with it NLM_F_DUMP for all that match. */
const ONE = 0x1;
const MANY = 0x301;
const IPPROTO_TCP = 6;
/** Of a request: `struct nlmsghdr` and `struct inet_diag_req_v2`; INET_DIAG_NOCOOKIE stands for any socket. */
const REQUEST = HEAD + 56;
const ANY_COOKIE = 0xffff_ffff;
/** Longest time that an answer may take, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * Asks the kernel for its TCP sockets by netlink, through a helper that stays: where the machine's table is large, that
 * takes a quarter of the time that reading it as text from /proc/net/tcp takes.
 */
export class SockDiag {
  readonly #helper: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting: ((answer: Buffer | null) => void)[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #gone = os.endianness() !== 'LE';

  constructor() {
    this.#helper = spawn('perl', ['-e', HELPER], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: TOOL_ENVIRONMENT,
      cwd: '/',
      // What ends the grader at a terminal must not end it first.
      detached: true,
    });
    const { stdin, stdout } = this.#helper;
    this.#helper.on('error', () => this.close()).on('exit', () => this.close());
    stdin.on('error', () => this.close());
    stdout.on('data', (bytes: Buffer) => this.#take(bytes)).on('error', () => this.close());
    // It must not keep a process alive that has nothing else to do.
    this.#helper.unref();
    for (const stream of [stdin, stdout]) if ('unref' in stream) (stream as { unref(): void }).unref();
  }

  /** The rows of one family, or only those that listen, as the kernel has them after the call; null when it can't be asked. */
  async rows(family: 4 | 6, { listening = false } = {}): Promise<TcpRow[] | null> {
    const answer = await this.#ask(request(family, MANY, listening ? LISTENING : ALL_STATES));
    return answer && rowsIn(answer);
  }

  /**
   * One end of a connection between two ports of 127.0.0.1, or what listens on the first port where there is none; undefined
   * for neither, null when the kernel can't be asked. It is found without a walk through the table.
   */
  async find(localPort: number, remotePort: number): Promise<TcpRow | undefined | null> {
    const message = request(4, ONE, ALL_STATES);
    const [ports, local, remote, cookie] = [HEAD + 8, HEAD + 12, HEAD + 28, HEAD + 48];
    message.writeUInt16BE(localPort, ports);
    message.writeUInt16BE(remotePort, ports + 2);
    for (const address of [local, remote]) message.writeUInt32BE(LOCALHOST, address);
    for (const half of [cookie, cookie + 4]) message.writeUInt32LE(ANY_COOKIE, half);
    const answer = await this.#ask(message);
    return answer && rowsIn(answer)[0];
  }

  /** What the kernel answers to a request; null when it can't be asked. */
  async #ask(message: Buffer): Promise<Buffer | null> {
    if (this.#gone) return null;
    let clock: NodeJS.Timeout | undefined;
    const answer = await new Promise<Buffer | null>((resolve) => {
      this.#waiting.push(resolve);
      clock = setTimeout(() => this.close(), PATIENCE_MS);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(message.length);
      this.#helper.stdin.write(Buffer.concat([length, message]));
    });
    clearTimeout(clock);
    return answer;
  }

  #take(bytes: Buffer): void {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    while (this.#unread.length >= 4) {
      const length = this.#unread.readInt32LE(0);
      if (this.#unread.length < 4 + Math.max(0, length)) return;
      const answer = length < 0 ? null : this.#unread.subarray(4, 4 + length);
      this.#unread = this.#unread.subarray(4 + Math.max(0, length));
      this.#waiting.shift()?.(answer);
    }
  }

  /** Ends the helper; who waits for an answer gets none. */
  close(): void {
    this.#gone = true;
    this.#helper.stdin.destroy();
    this.#helper.stdout.destroy();
    for (const answer of this.#waiting.splice(0)) answer(null);
  }
}

/** 127.0.0.1 */
const LOCALHOST = 0x7f00_0001;

/** A request for TCP sockets of a family in some states. */
function request(family: 4 | 6, flags: number, states: number): Buffer {
  const message = Buffer.alloc(REQUEST);
  message.writeUInt32LE(REQUEST, 0);
  message.writeUInt16LE(SOCK_DIAG_BY_FAMILY, 4);
  message.writeUInt16LE(flags, 6);
  message.writeUInt8(FAMILIES[family], HEAD);
  message.writeUInt8(IPPROTO_TCP, HEAD + 1);
  message.writeUInt32LE(states, HEAD + 4);
  return message;
}

function rowsIn(answer: Buffer): TcpRow[] {
  const rows: TcpRow[] = [];
  for (let at = 0; at + HEAD <= answer.length; ) {
    const length = answer.readUInt32LE(at);
    const type = answer.readUInt16LE(at + 4);
    if (type === SOCK_DIAG_BY_FAMILY && length >= HEAD + MESSAGE) {
      const row = rowOf(answer.subarray(at + HEAD, at + HEAD + MESSAGE));
      if (row) rows.push(row);
    }
    // Where a part of the answer is over, the next one begins.
    at += Math.max(HEAD, (length + 3) & ~3);
  }
  return rows;
}

/** A `struct inet_diag_msg`, with the figures that /proc/net/tcp shows. */
function rowOf(message: Buffer): TcpRow | null {
  const state = stateOf(message.readUInt8(1));
  if (!state) return null;
  const v6 = message.readUInt8(0) === FAMILIES[6];
  const length = v6 ? 16 : 4;
  return {
    v6,
    localAddress: bytesAddress(message.subarray(8, 8 + length)),
    localPort: message.readUInt16BE(4),
    remoteAddress: bytesAddress(message.subarray(24, 24 + length)),
    remotePort: message.readUInt16BE(6),
    state,
    // Of a listener that is the length of its queue at most, of which the text knows nothing.
    txQueue: state === 'LISTEN' ? 0 : message.readUInt32LE(60),
    rxQueue: message.readUInt32LE(56),
    inode: message.readUInt32LE(68),
    uid: message.readUInt32LE(64),
  };
}
