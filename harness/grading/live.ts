import { UserError } from '../base/user-error.ts';
import { type Kernel, openKernel } from '../kernel/index.ts';
import type { BuildResult, Plan, Planned } from '../model/index.ts';
import { reservePort } from '../net/port.ts';
import { startGuardian } from '../process/guardian.ts';
import { LiveRun } from '../run/live-run.ts';
import { OldConnections } from '../run/old-connections.ts';
import { noSandbox } from '../sandbox/no-sandbox.ts';
import { makeScratch } from '../sandbox/scratch.ts';
import { type Prepared, prepareSubmission } from './submission.ts';

/** What is needed to talk to a submission. */
export interface LiveOptions {
  /** A folder or a file. */
  readonly submission: string;
  readonly build?: string;
  readonly run?: string;
  readonly port?: 'auto' | 'any' | number;
  readonly searchPath?: string;
  readonly signal: AbortSignal;
}

/** A submission that is built, to be started as often as needed; not isolated, since its author sits in front of it. */
export interface LiveSubmission {
  readonly kernel: Kernel;
  readonly builds: readonly BuildResult[];
  /** A run of its own in a fresh copy; what is done in it the caller says step by step. */
  open(plan: Plan): Promise<LiveRun>;
  /** Ends all runs, and removes every trace of them. */
  close(): Promise<void>;
}

/** Builds a submission to be talked to. Throws a UserError where it can't be built or started. */
export async function openSubmission(assignment: Planned, options: LiveOptions): Promise<LiveSubmission> {
  const kernel = await openKernel({});
  const old = new OldConnections(kernel);
  const scratch = await makeScratch();
  const sandbox = noSandbox(scratch);
  const guardian = startGuardian(scratch.path);
  const runs: LiveRun[] = [];
  const releases: (() => void)[] = [];
  const close = async () => {
    for (const run of runs) await run.end();
    for (const release of releases) release();
    kernel.close();
    await sandbox.leave();
    await scratch.remove();
    guardian?.dismiss();
  };
  try {
    const prepared = await prepareSubmission(assignment, options, {
      kernel,
      sandbox,
      signal: options.signal,
      jobs: 1,
    });
    if (prepared.failed) {
      const { summary, actual = '', evidence } = prepared.failed;
      const said = [actual, ...evidence].filter((line) => line !== '').join('\n');
      throw new UserError({
        where: options.submission,
        what: summary,
        ...(said === '' ? {} : { fix: said }),
      });
    }
    const reserve = async (prior?: Prepared['portRule']) => {
      if (typeof prior === 'number') return prior;
      const { port, release } = await reservePort((candidate) => old.isClean(candidate));
      releases.push(release);
      return port;
    };
    const open = async (plan: Plan) => {
      const lease = await sandbox.lease(prepared.room());
      const helpers = prepared.helperRoom && (await sandbox.lease(prepared.helperRoom));
      const port = await reserve(prepared.portRule);
      const ports = new Map<string, number>();
      const numbers = [port];
      for (const [name, index] of Object.entries(plan.ports ?? {})) {
        numbers[index] ??= await reserve();
        ports.set(name, numbers[index]);
      }
      const place = { lease, port, ports, ...(helpers ? { helpers } : {}) };
      const programs = await prepared.runnables(place, plan.seed);
      const run = new LiveRun(plan, {
        kernel,
        programs,
        port,
        ports,
        timeoutScale: 1,
        signal: options.signal,
      });
      runs.push(run);
      return run;
    };
    return { kernel, builds: prepared.builds, open, close };
  } catch (error) {
    await close();
    throw error;
  }
}
