import { asleep, isStopped, type Kernel, type ProgramRef } from '../kernel/index.ts';
import type { EndReason, ThreadState } from '../model/index.ts';
import { endProgram } from '../process/end.ts';
import { sendSignal } from '../process/spawn.ts';
import type { Instance, Scene } from './instances.ts';
import { clearPort, DYING } from './port-holders.ts';
import { starvationOf } from './starvation.ts';
import { FairDeadline } from './waiting.ts';

/** Longest wait for a process to be gone or to be stopped after a signal that can't be refused, in milliseconds. */
const SIGNAL_PATIENCE = 5_000;
/** Longest wait for a program to come to rest before a signal is sent to it, in milliseconds. */
const IDLE_MS = 250;

/**
 * Sends a signal to the process group as a terminal does; SIGKILL follows after the grace time. What
 * it had started elsewhere ends with it, but for a process that holds the port: that one stays, as it
 * would for the student.
 */
export async function stopProgram(
  scene: Scene,
  program: string,
  signal: NodeJS.Signals,
  grace: number,
): Promise<void> {
  const instance = scene.instances.latest(program);
  if (!instance) return;
  const { kernel } = scene.surroundings;
  await untilIdle(scene, instance);
  instance.known = await kernel.processes(instance.ref(), { orphans: true });
  if (instance.known.length === 0) return;
  instance.reason = instance.child.exit ? instance.reason : 'step';
  const gone = async () => (await kernel.alive(instance.known)).length === 0;
  signalKnown(scene, program, instance, signal);
  if (signal !== 'SIGKILL') {
    instance.child.signal('SIGCONT');
    if (await scene.waiting().poll(gone, Boolean, grace)) return;
    signalKnown(scene, program, instance, 'SIGKILL');
  }
  await scene.waiting().until(() => instance.child.exit !== undefined, SIGNAL_PATIENCE);
  await scene.waiting().poll(() => endOthers(scene, program, instance), Boolean, DYING);
}

/**
 * Lets a program come to where it waits. One that has just begun to listen may not have called accept() or epoll_wait()
 * yet, or be about to go to the background: what a signal does to it then would be a matter of luck.
 */
async function untilIdle(scene: Scene, { child, ref }: Instance): Promise<void> {
  const { kernel, signal } = scene.surroundings;
  const deadline = await FairDeadline.begin(
    IDLE_MS,
    starvationOf(kernel, () => [ref]),
  );
  await asleep(kernel, ref, { deadline: deadline.overNow, signal, atOnce: true });
  if (child.exit === undefined && (await kernel.alive([child.pid])).length === 0)
    await scene.waiting().until(() => child.exit !== undefined, SIGNAL_PATIENCE);
}

/** To the group while its leader lives; a daemon has left it, so its processes get the signal one by one. */
function signalKnown(scene: Scene, program: string, instance: Instance, signal: NodeJS.Signals): void {
  const daemon = instance.child.exit !== undefined;
  signalGroup(scene, program, instance, signal, 'step');
  if (daemon) for (const pid of instance.known) sendSignal(pid, signal);
}

/** Ends what is left of a stopped program; true once only processes that hold the port are left, if any. */
async function endOthers(
  { surroundings: { kernel }, instances }: Scene,
  program: string,
  instance: Instance,
): Promise<boolean> {
  const left = await kernel.alive(instance.known);
  if (left.length === 0) return true;
  const pids = left.map(({ pid }) => pid);
  const holders = new Set(
    await kernel.holding(instances.address(program).port, pids, instances.protocol(program)),
  );
  const others = left.filter(({ pid, group }) => group === instance.child.pid || !holders.has(pid));
  for (const { pid } of others) sendSignal(pid, 'SIGKILL');
  return others.length === 0;
}

/** Stops every thread of a program, and sees that it is so. */
export async function pauseProgram(scene: Scene, program: string): Promise<void> {
  const instance = scene.instances.latest(program);
  if (!instance) return;
  const { kernel } = scene.surroundings;
  await untilIdle(scene, instance);
  await signalAll(scene, program, instance, 'SIGSTOP');
  const observed = () => observeStopped(kernel, instance.ref());
  const all = kernel.can.calls && (await scene.waiting().poll(observed, Boolean, SIGNAL_PATIENCE));
  scene.recorder.record({
    type: 'observed',
    observation: { what: 'stopped', program, stopped: all || (!kernel.can.calls && !instance.child.exit) },
  });
}

/**
 * One look at a program that was sent SIGSTOP: whether all its threads are stopped; what one of them had started before is
 * sent it, too. A thread that waits in vfork(2) for a child to call exec, which is stopped itself, stops only later: until
 * then it can do nothing either, and no signal gets through to it.
 */
export async function observeStopped(kernel: Kernel, program: ProgramRef): Promise<boolean> {
  const threads = await kernel.threads(program);
  for (const { pid } of threads.filter((thread) => !isStopped(thread))) sendSignal(pid, 'SIGSTOP');
  return threads.some(isStopped) && threads.every((thread) => isStopped(thread) || isInVfork(thread));
}

/** Uninterruptible; clone(2) waits like this only with CLONE_VFORK. */
function isInVfork({ state, call = '' }: ThreadState): boolean {
  return state === 'D' && ['vfork', 'clone', 'clone3'].includes(call);
}

/** Lets a stopped program go on. */
export async function resumeProgram(scene: Scene, program: string): Promise<void> {
  const instance = scene.instances.latest(program);
  if (!instance) return;
  instance.resumed = true;
  await signalAll(scene, program, instance, 'SIGCONT');
}

/** A signal to the group, and to what left the group but still belongs to the program. */
async function signalAll(
  scene: Scene,
  program: string,
  instance: Instance,
  signal: 'SIGSTOP' | 'SIGCONT',
): Promise<void> {
  signalGroup(scene, program, instance, signal, 'step');
  await signalProcesses(scene.surroundings.kernel, instance.ref(), signal);
}

/** A signal to every process of a program, whatever group it is in. */
export async function signalProcesses(
  kernel: Kernel,
  program: ProgramRef,
  signal: NodeJS.Signals,
): Promise<void> {
  for (const pid of await kernel.processes(program, { orphans: true })) sendSignal(pid, signal);
}

/** Ends everything that was started, and clears the port for whoever comes next. */
export async function endAll(scene: Scene, reason: EndReason): Promise<void> {
  const { kernel } = scene.surroundings;
  const record = scene.recorder.record.bind(scene.recorder);
  for (const [program, instances] of scene.instances.all()) {
    for (const instance of instances) {
      await instance.watch?.end();
      if (!instance.child.exit) {
        if (instance.reason === 'self') instance.reason = reason;
        record({ type: 'signal', program, instance: instance.number, signal: 'SIGKILL', reason });
      }
      const survivors = () => kernel.processes(instance.ref(), { orphans: true });
      if (await endProgram(instance.child, survivors)) continue;
      const message = 'A process of the program could not be ended.';
      record({ type: 'trouble', because: 'harness', message });
    }
    await clearPort(scene, program);
  }
}

function signalGroup(
  { recorder }: Scene,
  program: string,
  instance: Instance,
  signal: NodeJS.Signals,
  reason: EndReason,
): void {
  recorder.record({ type: 'signal', program, instance: instance.number, signal, reason });
  instance.child.signal(signal);
}
