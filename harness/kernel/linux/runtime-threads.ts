import path from 'node:path';
import { linkOf, readText } from './proc.ts';

/** What a thread is to its program: written by the student, or a helper of the language's runtime. */
export type ThreadRole = 'own' | 'service' | 'clock';

/** Names that the Java virtual machine gives its own threads, cut at 15 bytes, see proc_pid_comm(5). */
const JVM_SERVICES =
  /^(GC Thread|G1 |ParGC Thread|Z[A-Z]\w+|Shenandoah|VM Thread|Reference Handl|Finalizer|Signal Dispatch|Service Thread|Monitor Deflati|C[12] CompilerThre|Sweeper thread|Notification Th|Common-Cleaner|Attach Listener)/;
/** Wakes twenty times a second and does nothing for the program. */
const JVM_CLOCK = 'VM Periodic Tas';

/**
 * Tells the threads of a Java virtual machine from those of the program that runs in it, by their names. A program that
 * names a thread of its own like that only hides what it waits for: its use of the processor counts all the same.
 */
export function roleOf(pid: number, tid: number): ThreadRole {
  if (path.basename(linkOf(`/proc/${pid}/exe`) ?? '') !== 'java') return 'own';
  // The first thread only waits for the one that runs main().
  if (tid === pid) return 'service';
  const name = (readText(`/proc/${pid}/task/${tid}/comm`) ?? '').trimEnd();
  if (name === JVM_CLOCK) return 'clock';
  return JVM_SERVICES.test(name) ? 'service' : 'own';
}
