import { plainLine } from '../base/plain.ts';
import { UserError } from '../base/user-error.ts';
import { describeTime } from '../batch/page/running.ts';
import type { QueueStatus } from '../queue/index.ts';
import { count } from './batch-progress.ts';
import { EXIT } from './exit.ts';
import { oneOf, parseOptions } from './options.ts';
import { openQueue, QUEUE_OPTIONS, readQueue } from './queue-options.ts';

const OPTIONS = { queue: QUEUE_OPTIONS.queue, json: { type: 'boolean' } } as const;

/** `socket-grader queue`: what is in a queue, and taking a batch out of it. */
export async function queueCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('queue', args, OPTIONS);
  const [verb, name, ...more] = positionals;
  const usage = 'Usage: socket-grader queue status --queue URL, or queue remove BATCH --queue URL';
  if (verb === undefined) throw new UserError({ where: 'queue', what: 'nothing is asked for', fix: usage });
  const action = oneOf('queue', verb, ['status', 'remove'] as const);
  if (more.length > 0 || (action === 'remove') !== (name !== undefined))
    throw new UserError({
      where: `queue ${action}`,
      what: action === 'remove' && name === undefined ? 'no batch is named' : 'there is an argument too many',
      fix: usage,
    });
  const { queue } = readQueue('queue', values);
  const { queueStatus, removeFromQueue } = await import('../queue/index.ts');
  const connection = await openQueue(queue, { say: (text) => void process.stderr.write(`${text}\n`) });
  try {
    if (name !== undefined) {
      if (!(await removeFromQueue(connection.redis, name)))
        throw new UserError({
          where: 'queue remove',
          what: `there is no batch ${name}`,
          fix: 'See socket-grader queue status.',
        });
      process.stdout.write(`${name} is removed. What its batch has taken in is kept where it is.\n`);
      return EXIT.passed;
    }
    const status = await queueStatus(connection.redis);
    process.stdout.write(values.json ? `${JSON.stringify(status, undefined, 2)}\n` : describe(status));
    return EXIT.passed;
  } finally {
    connection.close();
  }
}

function describe({ batches, workers, now }: QueueStatus): string {
  const lines = [`${many(batches.length, 'batch', 'batches')}, ${count(workers.length, 'worker')}`];
  for (const batch of batches) {
    const state = batch.alive
      ? `from ${plainLine(batch.host, 60)}, process ${batch.pid}`
      : `its batch on ${plainLine(batch.host, 60)} is gone; start it again to fetch the results`;
    const figures = [
      `${batch.waiting} waiting`,
      `${batch.running} running`,
      `${batch.done} of ${batch.total} done`,
      ...(batch.failed > 0 ? [`${batch.failed} failed`] : []),
      ...(batch.rate > 0 ? [`${batch.rate}/min`] : []),
      ...(batch.left !== null && batch.left > 0 ? [`${describeTime(batch.left)} left`] : []),
    ];
    lines.push(
      '',
      `${plainLine(batch.title, 80)}  ${batch.name}${batch.urgent ? '  goes first' : ''}`,
      `  ${figures.join(' · ')}`,
      `  asks for isolation ${batch.level}, version ${plainLine(batch.version, 40)}; ${state}`,
    );
  }
  if (workers.length > 0) lines.push('');
  for (const worker of workers) {
    const { host, pid, level, version, running, jobs, graded } = worker;
    lines.push(
      `${plainLine(host, 60)}, process ${pid}: isolation ${level}, version ${plainLine(version, 40)}, ${running.length} of ${jobs} at work, ${graded} graded`,
      ...running.map(
        ({ id, since }) => `  ${plainLine(id, 80)}, ${describeTime(Math.max(0, (now - since) / 1000))}`,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

function many(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
