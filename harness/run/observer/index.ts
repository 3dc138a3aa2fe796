import type { Matcher } from '../../match/matcher.ts';
import type { BlockedQuery, PortQuery } from '../../steps/context.ts';
import type { Connections } from '../connections/index.ts';
import type { Programs } from '../programs.ts';
import type { Recorder } from '../recorder.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Waiting } from '../waiting.ts';
import { handlers, lastObservation, observeActivity } from './activity.ts';
import { blocked } from './blocked.ts';
import { bound, lostDatagrams, queue } from './datagrams.ts';
import { output } from './output.ts';
import { port } from './port.ts';
import type { ObserverScene } from './scene.ts';
import { accepted, unread } from './server-end.ts';

/** Puts questions to the kernel and records the answers. */
export class Observer {
  readonly #scene: ObserverScene;
  readonly #inVain: () => () => Promise<boolean>;

  /** `inVain` begins to watch, and gives the question whether waiting on is. */
  constructor(
    surroundings: Surroundings,
    recorder: Recorder,
    programs: Programs,
    connections: Connections,
    waiting: () => Waiting,
    inVain: () => () => Promise<boolean>,
  ) {
    this.#scene = {
      surroundings,
      recorder,
      programs,
      connections,
      waiting,
      observe: (observation) => void recorder.record({ type: 'observed', observation }),
    };
    this.#inVain = inVain;
  }

  /** Which call a program is blocked in; `charged`: another scenario fails one that is busy before any client comes. */
  blocked(query: BlockedQuery, within: number, charged: boolean): Promise<void> {
    return blocked(this.#scene, query, within, charged);
  }

  /** Waits until so many bytes lie unread before the program; a connection that is gone ends the wait as well. */
  unread(conn: string, bytes: number, within: number): Promise<boolean> {
    return unread(this.#scene, conn, bytes, within);
  }

  /** Waits until the program has taken the connection out of the queue. */
  accepted(conn: string, within: number): Promise<boolean> {
    return accepted(this.#scene, conn, within);
  }

  /** Waits until something lies in the queue of a program's UDP socket, or nothing does. */
  queue(program: string, unread: 'none' | 'some', within: number): Promise<void> {
    return queue(this.#scene, program, unread, within);
  }

  /** Records whether a UDP port is bound. */
  bound(port: number): Promise<void> {
    return bound(this.#scene, port);
  }

  /** Records what has become of the datagrams of each connection that has such, for one that waits in vain. */
  lostDatagrams(): Promise<void> {
    return lostDatagrams(this.#scene);
  }

  /** Waits until a program's port is in a state, and records in which it was last. */
  port(query: PortQuery, within: number): Promise<void> {
    return port(this.#scene, query, within);
  }

  /** Waits until what a program printed matches, the program has ended, or waiting on is in vain. */
  output(
    program: string,
    stream: 'stdout' | 'stderr' | 'printed',
    matcher: Matcher,
    within: number,
  ): Promise<void> {
    return output(this.#scene, program, stream, matcher, within, this.#inVain());
  }

  /** What the program does for so long; with a largest share of a processor, until it stays below that or time is up. */
  activity(
    program: string,
    forMs: number,
    quiet?: { readonly maxShare: number; readonly within: number; readonly trial: boolean },
  ): Promise<void> {
    return observeActivity(this.#scene, program, forMs, quiet);
  }

  /** Takes note of handlers of signals that may explain what the program does. */
  handlers(program: string): Promise<void> {
    return handlers(this.#scene, program);
  }

  /** What the program does for a moment, and how our connections stand; `last`: nothing more will be asked of it. */
  lastObservation(program: string, options: { readonly last: boolean }): Promise<void> {
    return lastObservation(this.#scene, program, options);
  }
}
