import { TRANSPORTS } from '../../model/transport.ts';
import { CARRIERS, type Channel } from '../../net/index.ts';
import { reservePort } from '../../net/port.ts';
import type { LiveRun } from '../../run/live-run.ts';
import type { Session } from './session.ts';

/** A port on which any client may talk to the program, with what it says written down. */
export interface Proxy {
  readonly port: number;
  /** Lets the clients go. */
  close(): Promise<void>;
}

/** Begins to listen on a port, any free one for 0. Rejects with the system's error when it can't be had. */
export async function serveProxy(
  wanted: number,
  session: Session,
  run: LiveRun,
  say: (line: string) => void,
): Promise<Proxy> {
  const reserved = wanted === 0 ? await reservePort() : { port: wanted, release: () => {} };
  const clients: ProxiedClient[] = [];
  const { transport = 'tcp' } = run.view.instance(session.program) ?? {};
  const door = await CARRIERS[transport].listen({
    port: reserved.port,
    onArrival: ({ adopt }) => {
      const client: ProxiedClient = new ProxiedClient(session, run, (options) =>
        adopt({ ...options, onStray: () => {} }),
      );
      clients.push(client);
      client.begin().catch((error: unknown) => say(String(error)));
    },
  });
  return {
    port: reserved.port,
    close: async () => {
      door.close();
      for (const client of clients) await client.leave();
      reserved.release();
    },
  };
}

type Adopt = (options: {
  reading: boolean;
  onData: (bytes: Buffer) => void;
  onEnd: () => void;
  onError: () => void;
}) => Channel;

/** One client, its connection to the program, and what goes to and fro. */
class ProxiedClient {
  readonly #session: Session;
  readonly #run: LiveRun;
  readonly #adopt: Adopt;
  readonly #acts: (() => Promise<void>)[] = [];
  #said: Buffer[] = [];
  #busy: Promise<void> | undefined;
  /** How many bytes, and how many datagrams, the client got. */
  #forwarded = 0;
  #handedOn = 0;
  #ended = false;
  #unlisten = () => {};
  #channel: Channel | undefined;

  constructor(session: Session, run: LiveRun, adopt: Adopt) {
    this.#session = session;
    this.#run = run;
    this.#adopt = adopt;
  }

  async begin(): Promise<void> {
    const name = await this.#session.connect();
    const channel = this.#adopt({
      reading: true,
      onData: (bytes) => {
        this.#said.push(bytes);
        if (name !== undefined) this.#act(() => this.#speak(name));
      },
      onEnd: () => name !== undefined && this.#act(() => this.#session.endConnection('half_close', name)),
      onError: () => name !== undefined && this.#act(() => this.#session.endConnection('reset', name)),
    });
    this.#channel = channel;
    if (name === undefined) {
      channel.reset();
      return;
    }
    this.#unlisten = this.#run.listen(() => this.#forward(name, channel));
    this.#forward(name, channel);
  }

  /** What has come from the client since it was last looked at is one message; of datagrams each is one. */
  async #speak(name: string): Promise<void> {
    const said = this.#said;
    this.#said = [];
    const isStream = TRANSPORTS[this.#run.view.connection(name).transport].stream;
    const messages = isStream ? [Buffer.concat(said)] : said;
    for (const bytes of messages) if (bytes.length > 0 || !isStream) await this.#session.sendOn(name, bytes);
  }

  #forward(name: string, channel: Channel): void {
    const { received, messages, transport, ended } = this.#run.view.connection(name);
    const fresh = Buffer.from(received.from(this.#forwarded));
    this.#forwarded = received.length;
    if (TRANSPORTS[transport].stream) {
      if (fresh.length > 0) void channel.write(fresh);
    } else {
      let from = 0;
      for (const length of messages.slice(this.#handedOn)) {
        void channel.write(fresh.subarray(from, from + length));
        from += length;
      }
      this.#handedOn = messages.length;
    }
    if (ended === undefined || this.#ended) return;
    this.#ended = true;
    if (ended === 'rst') channel.reset();
    else void channel.end();
  }

  /** One after another, as the client did it. */
  #act(act: () => Promise<void>): void {
    this.#acts.push(act);
    this.#busy ??= this.#work();
  }

  async #work(): Promise<void> {
    for (let act = this.#acts.shift(); act; act = this.#acts.shift()) await act();
    this.#busy = undefined;
  }

  async leave(): Promise<void> {
    await this.#busy;
    this.#unlisten();
    this.#channel?.drop();
  }
}
