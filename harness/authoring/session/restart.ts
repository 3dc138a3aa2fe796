import type { Talk } from './talk.ts';

/** Kills the program while its clients are connected, so that their connections lie in TIME_WAIT when it starts again. */
export async function restart(talk: Talk): Promise<void> {
  const { executor, run, options } = talk;
  const { program, kernel } = options;
  const open = [...executor.open];
  await talk.step('stop', { program, signal: 'SIGKILL' });
  for (const conn of open) {
    // A datagram socket shows no end.
    if (run.view.pendingMessages(conn) === undefined)
      await talk.step('expect', executor.on(conn, { closed: true }));
    await talk.step('close', conn);
  }
  talk.current = undefined;
  const waits = { verb: 'assume', args: { port: program, is: 'time_wait' } };
  if (open.length > 0 && kernel.can.states && (await executor.probe(waits))) await executor.do(waits);
  await talk.step('start', program);
}
