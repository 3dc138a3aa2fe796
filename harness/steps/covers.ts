import type { Seen } from './definition.ts';
import type { Expectation } from './expect.ts';
import type { StateClaim } from './state.ts';

type Bytes = Extract<Expectation, { kind: 'bytes' }>;

/** Whether a recording made for one expectation shows what another comes to. */
export function expectationCovers(recorded: Expectation, wanted: Expectation, seen: Seen): boolean {
  if (recorded.on !== wanted.on) return false;
  if (recorded.kind === 'bytes' && wanted.kind === 'bytes') return bytesCover(recorded, wanted, seen);
  // The step ended when the connection did, or not at all: either way it tells how.
  return recorded.kind === 'closed' && wanted.kind === 'closed';
}

/** A matcher decides on what came until the old one had decided; where that is too little, the judge says so. */
function bytesCover(recorded: Bytes, wanted: Bytes, { waited }: Seen): boolean {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  // What was captured may have been sent again.
  const capturing = recorded.capture ?? wanted.capture;
  if (capturing !== undefined) {
    const all = [recorded, wanted].map(({ capture, matcher, frame }) => ({ capture, matcher, frame }));
    return same(all[0], all[1]);
  }
  return wanted.frame.kind !== 'idle' || same(wanted.frame, recorded.frame) || waited;
}

/** Whether a recording made for one claim about a state shows what another comes to. */
export function claimCovers(recorded: StateClaim, wanted: StateClaim, seen: Seen): boolean {
  if (recorded.kind === 'exited' && wanted.kind === 'exited') return recorded.program === wanted.program;
  if (recorded.kind === 'output' && wanted.kind === 'output') {
    const same = recorded.program === wanted.program && recorded.stream === wanted.stream;
    // Output that came after the old claim was fulfilled is not known to belong to the new one.
    return same && (seen.waited || seen.fulfilled);
  }
  return false;
}
