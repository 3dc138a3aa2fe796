import { once } from 'node:events';
import { defined } from '../base/defined.ts';
import { SubmissionError, UserError } from '../base/user-error.ts';
import { type GradeOptions, grade } from '../grading/grade.ts';
import { type Kernel, openKernel } from '../kernel/index.ts';
import type { Report } from '../model/index.ts';
import { openPipe } from '../net/pipe.ts';
import { brief } from './brief.ts';
import { closeLeaked } from './close-leaked.ts';
import { isolationOptions } from './isolation-options.ts';
import {
  type CheckOrder,
  Known,
  line,
  messages,
  type Order,
  PIPE,
  type Question,
  type ReportHead,
  unpacked,
  type WorkerEvent,
} from './protocol.ts';
import { runCheckers } from './run-checkers.ts';

/** Grades one submission, or runs checkers, as a process of its own; all that it says goes to its own pipe. */
async function main(): Promise<void> {
  closeLeaked();
  const pipe = openPipe(PIPE);
  // Whoever gave the order is gone, or wants it ended: everything that was started is ended in good order.
  const over = new AbortController();
  pipe.on('error', () => over.abort());
  pipe.on('close', () => over.abort());
  // What this machine can show is found out while the order is on its way.
  const kernel = openKernel();
  kernel.catch(() => {});
  const incoming = messages<Order | CheckOrder | Question>(pipe);
  const { value: order, done } = await incoming.next();
  if (done || order === undefined || 'command' in order) return;
  const send = (event: WorkerEvent) => pipe.write(line(event));
  if ('checks' in order) {
    (await kernel).close();
    await runCheckers(order, incoming as AsyncIterable<Question>, send);
    pipe.end(() => process.exit(0));
    return;
  }
  void incoming.next().then(
    () => over.abort(),
    () => over.abort(),
  );
  let flushed = true;
  try {
    const report = await work(order, kernel, over.signal, (event) => {
      flushed = send(event);
    });
    flushed = send({ type: 'done', head: headOf(report), order: report.scenarios.map(({ id }) => id) });
  } catch (error) {
    flushed = send(described(error));
  }
  if (!flushed && !pipe.destroyed) await Promise.race([once(pipe, 'drain'), once(pipe, 'close')]);
  pipe.end(() => process.exit(0));
  if (pipe.destroyed) process.exit(0);
}

function work(
  order: Order,
  kernel: Promise<Kernel>,
  signal: AbortSignal,
  send: (event: WorkerEvent) => void,
): Promise<Report> {
  const assignment = unpacked(order.assignment);
  const known = new Known(assignment);
  const options: GradeOptions = {
    ...order.job,
    assignment,
    ...(order.job.evidence === undefined ? { kernel } : {}),
    signal,
    sandboxing: isolationOptions(order, order.job.expose),
  };
  const { wants } = order;
  return grade(options, (progress) => {
    if (progress.type === 'finished') {
      const verdict = wants.brief ? brief(progress.verdict) : progress.verdict;
      known.add(verdict);
      send({ type: 'finished', verdict, head: headOf(progress.report) });
    } else if (progress.type !== 'recorded') send(progress);
    else if (wants.recording) send({ ...progress, recording: known.packed(progress.recording) });
  });
}

function headOf({ scenarios: _, ...head }: Report): ReportHead {
  return head;
}

function described(error: unknown): WorkerEvent {
  if (error instanceof UserError) {
    const { where, what, fix } = error;
    const by = error instanceof SubmissionError ? ({ by: 'submission' } as const) : {};
    return { type: 'refused', where, what, ...defined({ fix }), ...by };
  }
  return { type: 'broken', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

process.exitCode = 1;
void main();
