import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';

/** Ends as soon as it is sent something. */
const ENDS_AT_DATA = `
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c, _ = s.accept()
c.recv(100)
sys.exit(1)
`;
const STEPS = `
    steps:
      - start: server
      - pause: server
      - connect: a
      - send: early
      - resume: server
      - expect: { equals: early }
`;

test('a program that ends at what was sent while it was stopped has failed: stopping alone does not end it', async () => {
  const report = await gradeInline({ 'server.py': ENDS_AT_DATA }, specOf('server: {}', { early: STEPS }));
  const verdict = verdictOf(report, 'early');
  expect(verdict.status).toBe('fail');
  expect(verdict.findings[0]?.cause).not.toBe('ended_by_stop');
  const trials = verdict.runs[0]?.trace.events.flatMap((event) =>
    event.type === 'observed' && event.observation.what === 'stop_trial' ? [event.observation.ended] : [],
  );
  expect(trials).toEqual([false]);
});
