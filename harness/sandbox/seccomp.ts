import { Assembler } from './bpf.ts';
import { type Architecture, AUDIT, isKnown, NEWER, NUMBERS } from './system-calls.ts';

/** Offsets in `struct seccomp_data`, see seccomp(2). */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;
const SECOND_ARGUMENT = 24;

const ALLOW = 0x7fff0000;
/** Numbers of errors, the same on all processors that are known here. */
const EPERM = 1;
const EAGAIN = 11;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Sockets of these families stay inside the network namespace: AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. */
const FAMILIES = [1, 2, 10, 16];
/** Every flag of clone(2) that makes a namespace. */
const NEW_NAMESPACE = 0x7e020000 | 0x80;
/** Numbers from here on are of the x32 interface of x86-64. */
const X32 = 0x40000000;

/**
 * Most bytes of a segment of shared memory, see shmget(2): what is attached is counted as memory, and of what is not
 * there can be no more than 4,096 segments (SHMMNI), as much as a sandbox has in /tmp. Beyond that the call is not known.
 */
const SEGMENT = 64 * 1024;

/**
 * Most events of one context for asynchronous input and output, see io_setup(2), and of all that one start of a program
 * sets up: the machine has one number of slots for everybody (fs.aio-max-nr). The listener counts them.
 */
export const EVENTS = { context: 1024, start: 4096 } as const;
/** What the filter does with a call that is refused, see seccomp(2). */
type Refusal = (errno: number) => number;
/** The call fails by itself. */
const QUIETLY: Refusal = (errno) => 0x00050000 | errno;
/** The listener is notified, and lets it fail. */
const NOTIFY = 0x7fc00000;
const NOTIFYING: Refusal = () => NOTIFY;

/** Calls that a program has a fallback for when the kernel has never heard of them. */
const UNKNOWN = ['memfd_create', 'add_key', 'request_key', 'keyctl'] as const;
/** Calls that need a privilege, or reach out of the sandbox. */
const FORBIDDEN = [
  'pivot_root',
  'chroot',
  'acct',
  'mount',
  'umount2',
  'swapon',
  'swapoff',
  'reboot',
  'init_module',
  'finit_module',
  'delete_module',
  'quotactl',
  'kexec_load',
  'unshare',
  'setns',
  'vmsplice',
  'perf_event_open',
  'name_to_handle_at',
  'open_by_handle_at',
  'process_vm_readv',
  'process_vm_writev',
  'kcmp',
  'bpf',
  'userfaultfd',
] as const;

/** Calls that each start of a thread tries first, with a fallback in every C library: these need no report. */
const QUIET = ['clone3'] as const satisfies readonly (keyof typeof NEWER)[];

/**
 * The filters for system calls of students' programs, one after the other and equally long: the first tells whoever
 * listens of what is refused, the second lets it fail in silence. Undefined on a processor that is not known. Memory that
 * no sampler sees (memfd, large segments of System V) and sockets that leave the namespace (vsock, io_uring) are out;
 * ptrace(2) stays, since leak checkers of compilers need it.
 */
export function seccompFilters(architecture: string = process.arch): Buffer | undefined {
  if (!isKnown(architecture)) return undefined;
  return Buffer.concat([filterFor(architecture, NOTIFYING), filterFor(architecture, QUIETLY)]);
}

function filterFor(architecture: Architecture, refuse: Refusal): Buffer {
  const numbers = NUMBERS[architecture];
  const filter = new Assembler().load(ARCHITECTURE).unlessEqual(AUDIT[architecture], 'absent').load(NUMBER);
  if (architecture === 'x64') filter.ifAtLeast(X32, 'absent');
  for (const name of QUIET) filter.ifEqual(NEWER[name], 'absent');
  for (const name of UNKNOWN) filter.ifEqual(numbers[name], 'unknown');
  for (const number of Object.values(NEWER)) filter.ifEqual(number, 'unknown');
  for (const name of FORBIDDEN) filter.ifEqual(numbers[name], 'forbidden');
  filter.ifEqual(numbers.socket, 'socket').ifEqual(numbers.clone, 'clone');
  filter.ifEqual(numbers.shmget, 'segment').ifEqual(numbers.io_setup, 'events').return(ALLOW);
  filter.label('socket').load(FIRST_ARGUMENT);
  for (const family of FAMILIES) filter.ifEqual(family, 'allowed');
  filter.return(refuse(EAFNOSUPPORT));
  filter
    .label('segment')
    .load(SECOND_ARGUMENT + 4)
    .unlessEqual(0, 'unknown');
  filter
    .load(SECOND_ARGUMENT)
    .ifAtLeast(SEGMENT + 1, 'unknown')
    .return(ALLOW);
  filter
    .label('events')
    .load(FIRST_ARGUMENT)
    .ifAtLeast(EVENTS.context + 1, 'too many')
    .return(refuse === NOTIFYING ? NOTIFY : ALLOW);
  filter.label('clone').load(FIRST_ARGUMENT).ifAnyBit(NEW_NAMESPACE, 'forbidden');
  return filter
    .label('allowed')
    .return(ALLOW)
    .label('forbidden')
    .return(refuse(EPERM))
    .label('too many')
    .return(refuse(EAGAIN))
    .label('unknown')
    .return(refuse(ENOSYS))
    .label('absent')
    .return(QUIETLY(ENOSYS))
    .assemble();
}

/** A call that the filter refuses: its name, its number, and the number of the error that it fails with. */
export interface RefusedCall {
  readonly name: string;
  readonly number: number;
  readonly errno: number;
}

/** Every call that the listener may be notified of. */
export function refusedCalls(architecture: Architecture): readonly RefusedCall[] {
  const numbers = NUMBERS[architecture];
  const newer = Object.entries(NEWER).filter(([name]) => !QUIET.some((quiet) => quiet === name));
  return [
    ...[...UNKNOWN, 'shmget' as const].map((name) => ({ name, number: numbers[name], errno: ENOSYS })),
    ...newer.map(([name, number]) => ({ name, number, errno: ENOSYS })),
    ...[...FORBIDDEN, 'clone' as const].map((name) => ({ name, number: numbers[name], errno: EPERM })),
    { name: 'io_setup', number: numbers.io_setup, errno: EAGAIN },
    { name: 'socket', number: numbers.socket, errno: EAFNOSUPPORT },
  ];
}
