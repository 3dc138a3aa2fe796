import os from 'node:os';
import { defined } from '../base/defined.ts';
import { plainLine } from '../base/plain.ts';
import { UserError } from '../base/user-error.ts';
import type { ServeEvent } from '../queue/index.ts';
import { BatchInterrupt } from './batch-interrupt.ts';
import { readJobs } from './batch-options.ts';
import { EXIT } from './exit.ts';
import { EXPOSE_OPTION, readFolder } from './expose-option.ts';
import { isolationFor } from './isolation.ts';
import { checkOpenFiles } from './open-files.ts';
import { oneOf, parseOptions } from './options.ts';
import { openQueue, QUEUE_OPTIONS, readQueue } from './queue-options.ts';
import { withoutCommands } from './stop-commands.ts';

const OPTIONS = {
  ...QUEUE_OPTIONS,
  jobs: { type: 'string' },
  isolation: { type: 'string' },
  ...EXPOSE_OPTION,
  metrics: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

/** `socket-grader worker`: grades what batches on other machines have put into a queue. */
export async function workerCommand(args: string[]): Promise<number> {
  const options = readWorkerOptions(args);
  return options.quiet ? work(options) : withoutCommands(() => work(options));
}

function readWorkerOptions(args: string[]) {
  const { values, positionals } = parseOptions('worker', args, OPTIONS);
  if (positionals.length > 0)
    throw new UserError({
      where: 'worker',
      what: `it takes no argument, and not ${positionals[0]}`,
      fix: 'Usage: socket-grader worker --queue URL [options]',
    });
  const { jobs, metrics } = values;
  return {
    ...readQueue('worker', values),
    jobs: jobs === undefined ? undefined : readJobs(jobs),
    isolation: oneOf('--isolation', values.isolation ?? 'require', ['auto', 'require', 'none'] as const),
    expose: (values.expose ?? []).map(readFolder),
    metrics: metrics === undefined ? undefined : readListen(metrics),
    quiet: values.quiet ?? false,
  };
}

/** `PORT` or `HOST:PORT`. */
function readListen(text: string): { readonly host: string; readonly port: number } {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535)
    throw new UserError({
      where: '--metrics',
      what: `can't be "${text}"`,
      fix: 'Give PORT, or HOST:PORT for other machines to read it: 0.0.0.0:9464.',
    });
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

async function work(options: ReturnType<typeof readWorkerOptions>): Promise<number> {
  const { queue, store, isolation, expose, metrics: listen, quiet } = options;
  checkOpenFiles(options.jobs === 'auto' ? undefined : options.jobs);
  const say = (text: string) => void (quiet || process.stdout.write(`${text}\n`));
  const { serve, WorkerMetrics } = await import('../queue/index.ts');
  const { level } = await isolationFor({ isolation, quiet: true });
  if (level !== 'full') process.stderr.write(exposedWarning(level));
  const metrics = listen === undefined ? undefined : new WorkerMetrics(level);
  const connection = await openQueue(queue, {
    say,
    lost: () => metrics?.connected(false),
    back: () => metrics?.connected(true),
  });
  const interrupt = new BatchInterrupt(say, {
    drain: 'Finishing what runs, and taking no more; Ctrl-C again gives it back to other workers.',
    stop: 'Ending. What runs is given back to other workers.',
  });
  // Where they share a network, one submission's port is in the way of another's.
  const jobs = options.jobs ?? (level === 'full' ? 'auto' : 1);
  try {
    if (metrics !== undefined && listen !== undefined)
      say(`Metrics: ${await metrics.listen(listen.host, listen.port)}`);
    const searchPath = process.env.PATH;
    await serve({
      connection,
      level,
      jobs,
      expose,
      drain: interrupt.drain,
      stop: interrupt.stop,
      ...defined({ store, searchPath: searchPath === '' ? undefined : searchPath }),
      watch(event) {
        metrics?.take(event);
        const text = describeEvent(event, `${connection.address.shown}, isolation ${level}, ${many(jobs)}`);
        if (text !== undefined) say(text);
      },
    });
    return EXIT.passed;
  } finally {
    metrics?.close();
    connection.close();
    interrupt.dispose();
  }
}

function many(jobs: number | 'auto'): string {
  if (jobs === 'auto') return 'as many submissions at a time as fill the machine';
  return jobs === 1 ? 'one submission at a time' : `${jobs} submissions at a time`;
}

function exposedWarning(level: 'uid' | 'none'): string {
  return level === 'uid'
    ? "Students' programs share this machine's network here, and can reach Redis: give it a password, which they cannot read.\n"
    : "Students' programs are not isolated here: they can do all that this worker can, also in Redis. Grade only your own programs so.\n";
}

function describeEvent(event: ServeEvent, where: string): string | undefined {
  if (event.type === 'ready') return `Worker ${os.hostname()} (process ${process.pid}) serves ${where}`;
  if (event.type === 'refused') {
    const { batch, why } = event.refused;
    return `${plainLine(batch.title, 80)} (${batch.name}) is left to other workers: ${plainLine(why, 200)}`;
  }
  if (event.type === 'trouble') return plainLine(event.what, 400);
  if (event.type === 'began') return undefined;
  const why = event.why === undefined ? '' : `: ${plainLine(event.why, 300)}`;
  return `${plainLine(event.title, 80)}: ${plainLine(event.id, 80)}: ${event.outcome}, ${event.seconds.toFixed(1)} s${why}`;
}
