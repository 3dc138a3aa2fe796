import { TRANSPORTS } from '../../model/transport.ts';
import type { SendOptions } from '../../steps/context.ts';
import { currentBranch } from '../branch.ts';
import type { Held } from './held.ts';
import type { Shared } from './shared.ts';

/** What the grader did last on any connection. */
interface LastAct {
  readonly conn: string;
  /** How much had come on the connection by then. */
  readonly received: number;
  readonly inBranch: boolean;
  /** Set while it is waited for until the program has taken notice. */
  becomingIdle?: Promise<void>;
}

/** Bytes handed to the kernel at a time; a program that stops reading is noticed between two pieces. */
const PIECE = 64 * 1024;

function cut(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** Sends what steps send, in their order. */
export class Sending {
  readonly #shared: Shared;
  #last: LastAct | undefined;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** A connection was opened: the next thing is done on it, or after the program has taken notice of it. */
  opened(conn: string): void {
    this.#last = { conn, received: 0, inBranch: currentBranch() !== undefined };
  }

  /** Sends bytes, in pieces if asked for; gives up when the connection is gone or time is up. */
  async send(
    conn: string,
    bytes: Buffer,
    { chunk, every }: SendOptions,
    within: number,
    received: () => Promise<boolean>,
  ): Promise<void> {
    const held = this.#shared.held.get(conn);
    if (!held) return;
    await this.#inOrder(conn);
    await this.#shared.patience.firstBytes(conn, held);
    const isStream = TRANSPORTS[held.transport].stream;
    if (!isStream) held.noPortBefore = await this.#shared.surroundings.kernel.noPort();
    // A datagram is sent as a whole, be it empty.
    const size = chunk ?? (isStream ? PIECE : Math.max(1, bytes.length));
    const pieces = isStream || bytes.length > 0 ? cut(bytes, size) : [bytes];
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && every === 'received' && !(await received())) return;
      if (index > 0 && typeof every === 'number') await this.#shared.waiting().elapse(every, () => false);
      if (!(await this.#sendPiece(conn, held, piece, chunk === undefined ? within : undefined))) return;
    }
  }

  /** Sends one piece, at most until a time is up; whether it went out and more may follow. */
  async #sendPiece(conn: string, held: Held, piece: Buffer, within: number | undefined): Promise<boolean> {
    const { recorder, waiting } = this.#shared;
    let written: boolean | undefined;
    const writing = this.#write(held, piece).then((done) => {
      written = done;
      if (done) recorder.recordBytes({ type: 'sent', conn }, piece);
    });
    if (within === undefined) await writing;
    else await Promise.race([writing, waiting().until(() => written !== undefined, within)]);
    // A channel that has said that it is done may still read; a server that closed does not.
    const { accepted, error } = recorder.view.connection(conn);
    return written === true && !(accepted ? error !== undefined : recorder.view.ended(conn));
  }

  /** Sends bytes of another program, as they came. */
  async forward(conn: string, bytes: Buffer): Promise<void> {
    const held = this.#shared.held.get(conn);
    if (held && (await this.#write(held, bytes)))
      this.#shared.recorder.recordBytes({ type: 'sent', conn }, bytes);
  }

  /** Hands bytes on, by way of a link where there is one: then they are out of our hands. */
  #write({ channel, transport, link }: Held, bytes: Buffer): Promise<boolean> {
    if (!link) return channel.write(bytes);
    if (transport === 'udp') link.link.datagram('to_program', bytes.length, () => void channel.write(bytes));
    else
      for (const piece of link.link.cut(bytes))
        link.link.stream('to_program', piece.length, () => void channel.write(piece));
    return Promise.resolve(true);
  }

  /**
   * What is done on several connections reaches the program in the order of the steps: a chat server has taken in all
   * who connected before it is sent the line that they must get. Among parallel branches there is no such order.
   */
  async #inOrder(conn: string): Promise<void> {
    const last = this.#last;
    const received = (name: string) => this.#shared.recorder.view.connection(name).received.length;
    const inBranch = currentBranch() !== undefined;
    const beside = last && (inBranch || last.conn !== conn) && !(inBranch && last.inBranch);
    if (beside && received(last.conn) === last.received) {
      last.becomingIdle ??= this.#shared.patience.awaitIdle(last.conn, this.#shared.held.get(last.conn));
      await last.becomingIdle;
    }
    this.#last = { conn, received: received(conn), inBranch };
  }
}
