import { escapeBytes } from '../match/view.ts';
import type { Found } from './outcome.ts';
import type { TraceView } from './view.ts';

/** Fewer bytes may be alike by chance. */
const LEAST = 3;

const HINT =
  'Each client needs a variable of its own for its connection: one that is global, or shared by threads or callbacks, holds that of the latest client only. Hand the socket to the thread or callback as an argument, and answer on the one that the bytes came from.';

/**
 * Says so when replies went to other clients than those that had sent the bytes. That is certain of a program that
 * sends back what it gets, and of no other: elsewhere (a chat) it may be meant so.
 */
export function wrongClient(
  on: string,
  expected: Buffer,
  got: Buffer,
  view: TraceView,
): Partial<Found> | undefined {
  if (!isEcho(on, expected, view)) return undefined;
  const others = [...view.connections].filter(([name, { accepted }]) => name !== on && !accepted);
  const strange = without(got, expected);
  if (strange.length >= LEAST && !view.connection(on).said.from(0).includes(strange)) {
    const from = others.find(
      ([, { said, received }]) => said.from(0).includes(strange) && !received.from(0).includes(strange),
    );
    if (from)
      return found(`To the client "${on}" came what the client "${from[0]}" had sent`, from[0], on, strange);
  }
  if (got.length > 0) return undefined;
  const to = others.find(
    ([, { said, received }]) => received.from(0).includes(expected) && !said.from(0).includes(expected),
  );
  return (
    to && found(`What the client "${on}" had sent came to the client "${to[0]}" instead`, on, to[0], expected)
  );
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
    evidence: [`"${from}" had sent ${text}, and "${to}" had not; it came to "${to}", and not to "${from}"`],
    hint: HINT,
  };
}
