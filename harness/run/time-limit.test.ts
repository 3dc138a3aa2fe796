import { once } from 'node:events';
import { gradeInline, specOf, verdictOf } from '../testing/inline.ts';
import { limitTime } from './time-limit.ts';

test('the time of a scenario counts only while its programs could run', async () => {
  const began = performance.now();
  const controller = new AbortController();
  limitTime(controller, 300, async () => {
    const time = performance.now() - began;
    return { waitedMs: time / 2, ranMs: 0 };
  });
  await once(controller.signal, 'abort');
  expect(performance.now() - began).toBeGreaterThanOrEqual(590);
});

test('a scenario that takes longer than it may is neither passed nor failed', async () => {
  const waits =
    'import socket, sys\ns = socket.create_server(("127.0.0.1", int(sys.argv[1])))\ns.accept()[0].recv(9)\n';
  const steps = '[{ start: server }, { connect: a }, { expect: { nothing: true, for: 60s } }]';
  const spec = specOf('server: {}', { long: `    timeout: 1s\n    steps: ${steps}\n` });
  const verdict = verdictOf(await gradeInline({ 'server.py': waits }, spec), 'long');
  expect(verdict).toMatchObject({ status: 'inconclusive', findings: [{ because: 'harness' }] });
  expect(verdict.findings[0]?.summary).toContain('took longer than its time limit');
});
