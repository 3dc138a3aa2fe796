import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import type { Checked, RunChecker } from '../judge/checked.ts';
import { splitCommand } from '../process/command.ts';
import { endProgram } from '../process/end.ts';
import { environment, newMarker } from '../process/environment.ts';
import { type Child, type Exit, LaunchError, launch } from '../process/launch.ts';
import { FILES, LIMITS } from '../sandbox/limits.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

export type { Checked, RunChecker };
export type CheckerCommand = Parameters<RunChecker>[0];

/** Longest time of a checker, in milliseconds, and most bytes that it prints. */
const LONGEST = 10_000;
const MOST_PRINTED = 1024 * 1024;
/** It is ended by its limits before, where these are kept from outside. */
const GRACE = 1_000;
/** Characters of what it printed that are shown. */
const SHOWN = 300;
const SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin';

const answer = v.looseObject({
  pass: v.boolean(),
  message: v.optional(v.string()),
  hint: v.optional(v.string()),
});

/** Runs checkers of the course in folders of their own, which no program of a submission sees. */
export function checkersIn(sandbox: Sandbox, searchPath = SEARCH_PATH): RunChecker {
  return async ({ run, shell, files }, input) => {
    const apart = sandbox.apart?.() ?? sandbox;
    const lease = await apart.lease({ bytes: LIMITS.disk, files: FILES });
    try {
      for (const [name, content] of Object.entries(files)) lease.place(name, Buffer.from(content, 'base64'));
      await lease.handOver();
      const printed = new Printed();
      const programSandbox = apart.forProgram({ ...LIMITS, time: LONGEST }, { jobs: 1, alone: true });
      const child = await launch({
        argv: splitCommand(run, shell),
        cwd: lease.path,
        env: environment({ home: lease.path, marker: newMarker(), searchPath }),
        stdin: input,
        stdinEof: true,
        ...defined({ programSandbox }),
        onOutput: (stream, bytes) => printed.add(stream, bytes),
      });
      const exit = await exitOf(child);
      await endProgram(child, async () => []);
      return outcomeOf(exit, printed);
    } catch (error) {
      if (error instanceof LaunchError) return { problem: error.message };
      throw error;
    } finally {
      await lease.release();
    }
  };
}

/** What a checker has printed, up to a limit. */
class Printed {
  readonly #chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  #bytes = 0;

  add(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes <= MOST_PRINTED) this.#chunks[stream].push(bytes);
  }

  text(stream: 'stdout' | 'stderr'): string {
    return Buffer.concat(this.#chunks[stream]).toString();
  }
}

/** How a checker ended, once its output is there; undefined when it has not ended in time. */
async function exitOf(child: Child): Promise<Exit | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LONGEST + GRACE);
  });
  const exit = await Promise.race([child.exited, late]);
  clearTimeout(timer);
  for (let turns = 0; exit && turns < 100 && !child.drained; turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
  return exit;
}

function outcomeOf(exit: Exit | undefined, printed: Printed): Checked {
  // timeout(1) has ended it.
  if (exit === undefined || exit.code === 137 || exit.signal === 'SIGKILL')
    return { problem: `it took longer than ${LONGEST / 1000} s` };
  const end = exit.signal === null ? `status ${exit.code}` : exit.signal;
  if (exit.code !== 0) return { problem: `it ended with ${end}${shown(printed.text('stderr'))}` };
  return readAnswer(printed.text('stdout'));
}

function readAnswer(said: string): Checked {
  let value: unknown;
  try {
    value = JSON.parse(said);
  } catch {
    return { problem: `it printed no JSON${shown(said)}` };
  }
  const read = v.safeParse(answer, value);
  if (!read.success) return { problem: `its JSON has no "pass" that is true or false${shown(said)}` };
  const { pass, message, hint } = read.output;
  return { pass, ...defined({ message, hint }) };
}

function shown(text: string | undefined): string {
  const last = (text ?? '').trim().slice(-SHOWN);
  return last === '' ? '' : `: ${last}`;
}
