import { readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../base/replace-file.ts';
import type { QueueState } from './progress.ts';

/** Its name in the folder of the results: it is there while a batch runs. */
const RUNNING = 'running.json';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const moment = v.pipe(v.string(), v.isoTimestamp());
const runningSchema = v.object({
  schema: v.literal('socket-grader/running/v1'),
  host: v.string(),
  began: moment,
  updated: moment,
  /** Submissions that had a result when the batch was started. */
  kept: count,
  /** Submissions that have a result now, those included. */
  done: count,
  total: count,
  /** Submissions that are being graded. */
  running: count,
  /** Of a queue: its workers, what all of them grade for whomever, and for how many batches. */
  queue: v.optional(v.object({ workers: count, all: count, batches: count })),
});

/** How far a batch that runs has come, as it says itself every second. */
export type Running = v.InferOutput<typeof runningSchema>;

/** Milliseconds after which a batch that said nothing new runs no more. */
const SILENT = 15_000;

export async function writeRunning(out: string, said: Omit<Running, 'schema' | 'host'>): Promise<Running> {
  const running: Running = { schema: 'socket-grader/running/v1', host: os.hostname(), ...said };
  await replaceFile(path.join(out, RUNNING), `${JSON.stringify(running)}\n`);
  return running;
}

/** What the batch of a folder says; undefined where none runs. */
export async function readRunning(out: string, now = Date.now()): Promise<Running | undefined> {
  const text = await readFile(path.join(out, RUNNING), 'utf8').catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), runningSchema), text);
  if (!parsed.success || now - Date.parse(parsed.output.updated) > SILENT) return undefined;
  return parsed.output;
}

export function removeRunning(out: string): Promise<void> {
  return rm(path.join(out, RUNNING), { force: true });
}

/** What of a queue's state is said of a batch. */
export function shareOf({ workers, all, batches }: QueueState): NonNullable<Running['queue']> {
  return { workers: workers.length, all, batches };
}

/** Submissions a minute since the batch was started; 0 while that says nothing. */
export function rateOf({ began, updated, kept, done }: Running): number {
  const minutes = (Date.parse(updated) - Date.parse(began)) / 60_000;
  return minutes > 0 ? (done - kept) / minutes : 0;
}

/** Seconds until all are graded, as far as the rate tells. */
export function secondsLeft(running: Running): number | undefined {
  const rate = rateOf(running);
  return rate > 0 ? (60 * (running.total - running.done)) / rate : undefined;
}
