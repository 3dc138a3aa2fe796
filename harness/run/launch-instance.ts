import { defined } from '../base/defined.ts';
import { markerEntry, newMarker } from '../process/environment.ts';
import type { RefusedCall } from '../process/first-process.ts';
import { type Exit, LaunchError, SandboxError } from '../process/launch.ts';
import type { Instance, Scene } from './instances.ts';
import { launchRunnable } from './launch-runnable.ts';
import { LimitWatch } from './limit-watch.ts';
import type { Runnable } from './surroundings.ts';

/** Launches a program and records its start, its output and its end; undefined when it cannot be launched, which is recorded. */
export async function launchInstance(
  scene: Scene,
  program: string,
  runnable: Runnable,
  number: number,
): Promise<Instance | undefined> {
  const { recorder, instances } = scene;
  const marker = newMarker();
  const about = { program, instance: number };
  let instance: Instance | undefined;
  // A program may be over before its start is recorded; in the trace it still ends after that.
  let early: Exit | undefined;
  const refusedEarly: RefusedCall[] = [];
  const refused = (call: RefusedCall) => recorder.record({ type: 'refused', ...about, ...call });
  const ended = ({ watch, reason }: Instance, exit: Exit) => {
    watch?.ended(exit.signal);
    recorder.record({ type: 'process_exit', ...about, ...exit, reason });
  };
  try {
    const traceFile = scene.surroundings.traceFile?.(program, number);
    const callbacks: Parameters<typeof launchRunnable>[2] = {
      onOutput: (stream, bytes) => {
        recorder.recordBytes({ type: 'output', ...about, stream }, bytes);
        instance?.watch?.printed(bytes.length);
      },
      onExit: (exit) => {
        if (instance) ended(instance, exit);
        else early = exit;
      },
      onRefused: (call) => {
        if (instance) refused(call);
        else refusedEarly.push(call);
      },
    };
    const child = await launchRunnable(runnable, marker, callbacks, traceFile);
    recorder.record({
      type: 'process_start',
      ...about,
      pid: child.pid,
      argv: runnable.argv,
      cwd: runnable.cwd,
      port: runnable.rule === 'any' ? null : runnable.givenPort,
      ...defined({ helper: runnable.helper, host: runnable.host, transport: runnable.transport }),
      ...(runnable.programSandbox?.filtersCalls ? { filtered: true } : {}),
      ...defined({ sources: runnable.sources, packages: runnable.packages }),
    });
    instance = {
      number,
      child,
      reason: 'self',
      known: [],
      ref: () => ({
        pid: child.pid,
        marker: markerEntry(marker),
        exited: child.exit !== undefined,
        ...defined({ keeper: child.keeper }),
      }),
    };
  } catch (error) {
    if (error instanceof SandboxError) {
      recorder.record({ type: 'trouble', because: 'harness', message: error.message });
      return undefined;
    }
    if (!(error instanceof LaunchError)) throw error;
    recorder.record({ type: 'process_error', ...about, code: error.code, message: error.message });
    return undefined;
  }
  instance.watch = new LimitWatch(scene, program, runnable, instance);
  for (const call of refusedEarly) refused(call);
  if (early) ended(instance, early);
  instances.add(program, instance);
  return instance;
}
