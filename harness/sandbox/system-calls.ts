/** Processors that the filter knows. */
export type Architecture = 'x64' | 'arm64';

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 of linux/audit.h. */
export const AUDIT: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** Numbers of system calls by architecture, from asm/unistd.h. */
export const NUMBERS = {
  x64: {
    socket: 41,
    clone: 56,
    setsid: 112,
    prctl: 157,
    shmget: 29,
    io_setup: 206,
    pivot_root: 155,
    chroot: 161,
    acct: 163,
    mount: 165,
    umount2: 166,
    swapon: 167,
    swapoff: 168,
    reboot: 169,
    init_module: 175,
    delete_module: 176,
    quotactl: 179,
    kexec_load: 246,
    add_key: 248,
    request_key: 249,
    keyctl: 250,
    unshare: 272,
    vmsplice: 278,
    perf_event_open: 298,
    prlimit64: 302,
    name_to_handle_at: 303,
    open_by_handle_at: 304,
    setns: 308,
    process_vm_readv: 310,
    process_vm_writev: 311,
    kcmp: 312,
    finit_module: 313,
    memfd_create: 319,
    bpf: 321,
    userfaultfd: 323,
  },
  arm64: {
    socket: 198,
    clone: 220,
    setsid: 157,
    prctl: 167,
    shmget: 194,
    io_setup: 0,
    pivot_root: 41,
    chroot: 51,
    acct: 89,
    mount: 40,
    umount2: 39,
    swapon: 224,
    swapoff: 225,
    reboot: 142,
    init_module: 105,
    delete_module: 106,
    quotactl: 60,
    kexec_load: 104,
    add_key: 217,
    request_key: 218,
    keyctl: 219,
    unshare: 97,
    vmsplice: 75,
    perf_event_open: 241,
    prlimit64: 261,
    name_to_handle_at: 264,
    open_by_handle_at: 265,
    setns: 268,
    process_vm_readv: 270,
    process_vm_writev: 271,
    kcmp: 272,
    finit_module: 273,
    memfd_create: 279,
    bpf: 280,
    userfaultfd: 282,
  },
} as const satisfies Record<Architecture, Record<string, number>>;

/** Calls from 424 on have the same number everywhere. */
export const NEWER = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsmount: 432,
  fspick: 433,
  clone3: 435,
  mount_setattr: 442,
  memfd_secret: 447,
} as const;

/** Whether the numbers of a processor, named as in `process.arch`, are known. */
export function isKnown(architecture: string): architecture is Architecture {
  return architecture in NUMBERS;
}
