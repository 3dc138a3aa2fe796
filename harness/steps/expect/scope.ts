import type { Json, JsonObject } from '../../model/index.ts';
import { TRANSPORTS } from '../../model/transport.ts';
import { needs, type Scope, type Scoped, transportOf, useConnection } from '../scope.ts';

/** Frames that go with messages: the messages themselves, or whatever comes until it is quiet. */
const OF_MESSAGES = ['datagrams', 'idle'];

/** Fills in the connection, and the frame of one whose messages are datagrams. */
export function scopeOfExpect(args: JsonObject, known: Scope): Scoped {
  const scoped = useConnection(args, known);
  const { on, read, nothing, closed } = scoped.args;
  const { stream, name: transport } = TRANSPORTS[transportOf(on, known)];
  const problems = [...scoped.problems];
  const kind = typeof read === 'object' && read !== null ? Object.keys(read)[0] : read;
  if (closed !== undefined) {
    const fix = 'expect nothing for a while, or check that the program has exited';
    problems.push(...needs(on, 'ends', known, { key: 'closed', what: 'no end can be expected', fix }));
  }
  if (!stream && typeof kind === 'string' && !OF_MESSAGES.includes(kind))
    problems.push({
      key: 'read',
      message: `a ${transport} datagram is a message by itself, so there is nothing to read by ${kind}`,
      fix: 'leave "read" out, or say read: { datagrams: 3 }',
    });
  if (stream && kind === 'datagrams') {
    const fix = 'say how the message ends, such as read: line';
    problems.push({ key: 'read', message: `${transport} has no datagrams`, fix });
  }
  if (isNothing(scoped.args.equals) && kind !== 'close')
    problems.push({
      key: 'equals',
      certain: true,
      severity: 'warning',
      message: 'nothing is expected here, and nothing always comes',
      fix: 'for silence write nothing: true with for; for an end without bytes add read: close',
    });
  const isOne = !stream && read === undefined && nothing === undefined && closed === undefined;
  return { args: isOne ? { ...scoped.args, read: { datagrams: 1 } } : scoped.args, problems };
}

function isNothing(value: Json | undefined): boolean {
  if (value === '') return true;
  return typeof value === 'object' && value !== null && 'text' in value && value.text === '';
}
