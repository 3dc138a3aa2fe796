import { escapeBytes } from '../../match/view.ts';
import type { Plan } from '../../model/index.ts';
import type { Found } from '../outcome.ts';
import type { TraceView } from '../view.ts';

/** Fewer bytes may be alike by chance. */
const LEAST = 3;

/**
 * Says so when replies went to other clients than those that had sent the bytes. Of a program that sends back what it
 * gets that is certain. Elsewhere (a chat) it may be meant so: there the other client must have sent nothing, and nothing
 * must be expected on its connection.
 */
export function wrongClient(
  on: string,
  expected: Buffer,
  came: Buffer,
  view: TraceView,
  plan?: Plan,
): Partial<Found> | undefined {
  if (!isEcho(on, expected, view)) return plan && answeredElsewhere(on, expected, came, view, plan);
  const others = [...view.connections].filter(([name, { accepted }]) => name !== on && !accepted);
  const strange = without(came, expected);
  if (strange.length >= LEAST && !view.connection(on).said.from(0).includes(strange)) {
    const from = others.find(
      ([, { said, received }]) => said.from(0).includes(strange) && !received.from(0).includes(strange),
    );
    if (from)
      return found(`The client "${on}" received what the client "${from[0]}" had sent`, from[0], on, strange);
  }
  if (came.length > 0) return undefined;
  const to = others.find(
    ([, { said, received }]) => received.from(0).includes(expected) && !said.from(0).includes(expected),
  );
  return (
    to && found(`What the client "${on}" had sent reached the client "${to[0]}" instead`, on, to[0], expected)
  );
}

/** The reply to what one client has asked came to another one, which has asked nothing. */
function answeredElsewhere(
  on: string,
  expected: Buffer,
  came: Buffer,
  view: TraceView,
  { steps }: Plan,
): Partial<Found> | undefined {
  const { sent, accepted } = view.connection(on);
  if (came.length > 0 || expected.length < LEAST || accepted || sent === 0) return undefined;
  const isSilent = (name: string) => !steps.some(({ verb, args }) => verb === 'expect' && args.on === name);
  const to = [...view.connections].find(
    ([name, other]) =>
      name !== on &&
      !other.accepted &&
      other.sent === 0 &&
      isSilent(name) &&
      other.received.from(0).includes(expected),
  );
  if (!to) return undefined;
  const text = escapeBytes(expected, 60);
  return {
    cause: 'wrong_client',
    summary: `The reply to the client "${on}" reached the client "${to[0]}" instead: ${text}.`,
    evidence: [`"${on}" had sent the request, and "${to[0]}" nothing; the reply reached "${to[0]}"`],
  };
}

/** Some bytes without others among them. */
function without(bytes: Buffer, part: Buffer): Buffer {
  const at = bytes.indexOf(part);
  return at === -1 ? bytes : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + part.length)]);
}

/** What is expected is what this client itself has sent. */
function isEcho(on: string, expected: Buffer, view: TraceView): boolean {
  const { said, accepted } = view.connection(on);
  return !accepted && expected.length >= LEAST && said.from(0).includes(expected);
}

function found(summary: string, from: string, to: string, bytes: Buffer): Partial<Found> {
  const text = escapeBytes(bytes, 60);
  return {
    cause: 'wrong_client',
    summary: `${summary}: ${text}.`,
    evidence: [`"${from}" had sent ${text}, and "${to}" had not; it reached "${to}", and not to "${from}"`],
  };
}
