import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { plainLine } from '../base/plain.ts';
import { replaceFile } from '../base/replace-file.ts';
import { UserError } from '../base/user-error.ts';
import { renderParts } from '../batch/page/parts.ts';
import { describeTime } from '../batch/page/running.ts';
import { type PartStatus, statusOf, type WholeStatus } from '../batch/part-status.ts';
import { rateOf, secondsLeft } from '../batch/running.ts';
import { count } from './batch-progress.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';

/** Milliseconds between two looks. */
const EVERY = 2_000;
const BAR = 20;

/** `socket-grader status`: how far a batch is, or all parts of one, while they run and afterwards. */
export async function statusCommand(args: string[]): Promise<number> {
  const { values, positionals: folders } = parseOptions('status', args, {
    watch: { type: 'boolean' },
    html: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (folders.length === 0)
    throw new UserError({
      where: 'status',
      what: 'no folder is named',
      fix: 'Name the --out folder of a batch, or those of all its parts.',
    });
  for (;;) {
    const status = await statusOf(folders);
    const text = values.json ? `${JSON.stringify(status, undefined, 2)}\n` : describeStatus(status);
    const isOver = !values.watch || !isGoingOn(status);
    if (values.html !== undefined) await writePage(values.html, status, isOver);
    process.stdout.write(`${values.watch && process.stdout.isTTY ? '\x1b[H\x1b[2J' : ''}${text}`);
    if (isOver) return isDone(status) ? EXIT.passed : EXIT.inconclusive;
    await wait(EVERY);
  }
}

/** Parts that have not begun may begin while others run. */
function isGoingOn({ parts }: WholeStatus): boolean {
  return parts.some(({ running }) => running !== undefined);
}

function isDone({ done, total, missing, waiting }: WholeStatus): boolean {
  return done === total && missing.length === 0 && waiting.length === 0;
}

async function writePage(file: string, status: WholeStatus, isOver: boolean): Promise<void> {
  const from = path.dirname(path.resolve(file));
  const addressOf = (folder: string) =>
    path.relative(from, path.resolve(folder, 'index.html')).split(path.sep).map(encodeURIComponent).join('/');
  await replaceFile(file, renderParts(status, { addressOf, isOver, now: new Date() }));
}

/** The whole in a line, then each part in one. */
export function describeStatus(status: WholeStatus): string {
  const { title, parts, total, done, missing, waiting, rate, left } = status;
  const running = parts.reduce((sum, part) => sum + (part.running?.running ?? 0), 0);
  const sum = (key: 'passed' | 'failed' | 'inconclusive') => parts.reduce((so, part) => so + part[key], 0);
  const whole = [
    `${done} of ${total} graded (✓${sum('passed')} ✗${sum('failed')} ?${sum('inconclusive')})`,
    ...(running > 0 ? [`${running} being graded`] : []),
    ...(rate > 0 ? [`${rate.toFixed(1)} a minute`] : []),
    ...(left !== undefined && left > 0 ? [`${describeTime(left)} left`] : []),
  ].join(', ');
  const width = Math.max(...parts.map(({ folder }) => plainLine(folder, 60).length));
  const lines = parts.map((part) => `  ${plainLine(part.folder, 60).padEnd(width)}  ${describePart(part)}`);
  return [
    `${plainLine(title, 120)}: ${count(parts.length, parts.length === 1 ? 'batch' : 'part')}`,
    `  ${whole}`,
    ...(parts.length > 1 ? lines : lines.map((line) => line.slice(4 + width))),
    ...waiting.map((folder) => `  ${plainLine(folder, 60)}  no batch has begun there`),
    ...(missing.length === 0 ? [] : [`  Parts that are not named here: ${missing.join(', ')}`]),
    '',
  ].join('\n');
}

function describePart({ shard, total, done, passed, failed, inconclusive, running }: PartStatus): string {
  const full = total === 0 ? BAR : Math.floor((BAR * done) / total);
  const figures = [
    `${done}/${total}`,
    `✓${passed} ✗${failed} ?${inconclusive}`,
    ...(running === undefined
      ? [done === total ? 'done' : 'not running: give its command again to resume']
      : [
          `${running.running} being graded on ${plainLine(running.host, 40)}`,
          `${rateOf(running).toFixed(1)} a minute`,
          ...(secondsLeft(running) === undefined ? [] : [`${describeTime(secondsLeft(running) ?? 0)} left`]),
        ]),
  ].join(', ');
  const name = shard === undefined ? '' : `${shard.index}/${shard.count} `;
  return `${name}${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${figures}`;
}
