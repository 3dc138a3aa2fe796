import type { Json, JsonObject } from '../../model/index.ts';
import type { CHECKS } from './commands.ts';
import type { Talk } from './talk.ts';

type What = (typeof CHECKS)[number];
type Arguments = JsonObject | Promise<JsonObject>;

/** What a connection is checked for. */
const OF_CONNECTION = {
  accepted: (conn: string): Arguments => ({ conn, is: 'accepted' }),
  unread: async (conn: string, { run, options: { kernel } }: Talk): Promise<JsonObject> => {
    const ports = run.ports(conn);
    const end = ports && (await kernel.serverEnd(ports.serverPort, ports.clientPort));
    return { conn, unread: end?.unread ?? 0 };
  },
};

/** What the program and its port are checked for. */
const OF_PROGRAM: Readonly<
  Record<Exclude<What, keyof typeof OF_CONNECTION>, (program: string, talk: Talk) => JsonObject>
> = {
  listening: (program) => ({ port: program, is: 'listening' }),
  time_wait: (program) => ({ port: program, is: 'time_wait' }),
  running: (program) => ({ program, is: 'running' }),
  exited: (program, { run }) => {
    const code = run.view.instance(program)?.exit?.code;
    return { program, is: 'exited', ...(code == null ? {} : { code }) };
  },
  blocked: (program, { current: conn, executor }) => {
    const waiting = conn === undefined ? 'accept' : 'recv';
    const on = conn === undefined || executor.open.length === 1 ? {} : { on: conn };
    return { program, is: 'blocked', in: waiting, ...on, cpu: '<20%', for: '200ms' };
  },
};

/** Adds a step that checks what the kernel says; whether it went well. */
export async function check(talk: Talk, what: What): Promise<boolean> {
  if (what !== 'accepted' && what !== 'unread') {
    const verb = what === 'time_wait' ? 'assume' : 'check';
    return talk.step(verb, OF_PROGRAM[what](talk.options.program, talk) as Json);
  }
  if (talk.current === undefined) {
    talk.say('no connection is open');
    return false;
  }
  return talk.step('check', await OF_CONNECTION[what](talk.current, talk));
}
