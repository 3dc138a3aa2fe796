import type { Controller } from './cgroups/hierarchies.ts';
import type { Level } from './sandbox.ts';

/** Whether something holds at a level, is lost there, which every report says, or has no meaning there. */
export type Cell = 'holds' | 'lost' | 'not applicable';

export interface Guarantee extends Readonly<Record<Level, Cell>> {
  /** What a program can't do, in words that complete "a program …". */
  readonly what: string;
  /** What is missing where it is lost, in the words of reports. */
  readonly lost?: string;
  /** The controller of control groups that keeps it where it is lost otherwise. @default there is none */
  readonly keptBy?: Controller;
}

const HOLDS = { full: 'holds', uid: 'holds', none: 'holds' } as const;

/**
 * What holds at which level: the doctor, SECURITY.md and the suite of hostile submissions are made from it. A guarantee
 * that is lost somewhere names what is missing.
 */
export const GUARANTEES = {
  network: {
    what: 'reaches no network but one of its own: not the internet, not the machine, not another submission',
    ...{ full: 'holds', uid: 'lost', none: 'lost' },
    lost: 'network of its own',
  },
  'abstract-sockets': {
    what: 'reaches no abstract Unix socket of another submission, and none of another scenario from Linux 6.12 on',
    ...{ full: 'holds', uid: 'lost', none: 'lost' },
    lost: 'abstract Unix sockets of its own',
  },
  processes: {
    what: 'sees no processes but its own',
    ...{ full: 'holds', uid: 'lost', none: 'lost' },
    lost: 'view of its own processes only',
  },
  files: {
    what: 'sees no files but its own and those of the system that languages need',
    ...{ full: 'holds', uid: 'lost', none: 'lost' },
    lost: 'file system of its own',
  },
  signals: {
    what: 'ends nothing but its own processes',
    ...{ full: 'holds', uid: 'holds', none: 'lost' },
    lost: 'user of its own',
  },
  environments: {
    what: "reads nothing of the grader's environment",
    ...{ full: 'holds', uid: 'holds', none: 'lost' },
    lost: 'user of its own',
  },
  results: {
    what: "changes no result and none of the grader's files, when it is built or when it runs",
    ...{ full: 'holds', uid: 'holds', none: 'lost' },
    lost: 'user of its own',
  },
  privileges: {
    what: 'has no privilege and changes no setting of the kernel',
    ...{ full: 'holds', uid: 'holds', none: 'lost' },
    lost: 'user of its own',
  },
  'system-calls': {
    what: 'makes no namespaces, no sockets that lead elsewhere, and no use of io_uring',
    ...{ full: 'holds', uid: 'lost', none: 'lost' },
    lost: 'filter for system calls',
  },
  'ipc-settings': {
    what: 'does not change the settings of its own namespaces',
    ...{ full: 'holds', uid: 'not applicable', none: 'not applicable' },
  },
  hidden: {
    what: 'learns nothing of hidden scenarios; where that is not certain they are not run',
    ...{ full: 'holds', uid: 'holds', none: 'holds' },
  },
  descriptors: { what: "inherits none of the grader's descriptors", ...HOLDS },
  memory: { what: 'is ended when it takes more memory than it may', ...HOLDS },
  'kernel-memory': {
    what: 'is ended when it makes the kernel keep more memory for it than it may',
    ...{ full: 'holds', uid: 'lost', none: 'lost' },
    lost: 'count of kernel memory',
    keptBy: 'memory',
  },
  processor: {
    what: 'is ended when it uses more processor time than it may, in short-lived children too',
    ...HOLDS,
  },
  'process-count': {
    what: 'does not start more processes than it may',
    ...{ full: 'holds', uid: 'holds', none: 'lost' },
    lost: 'number of processes kept by the kernel',
    keptBy: 'pids',
  },
  disk: {
    what: 'does not fill a disk',
    ...{ full: 'holds', uid: 'lost', none: 'lost' },
    lost: 'disk quota',
  },
  output: { what: 'is ended when it prints without end', ...HOLDS },
  copies: { what: 'does not make the grader copy more than it may have, by holes or hard links', ...HOLDS },
  trees: { what: 'does not stop the grader by odd names, modes or depths of files', ...HOLDS },
  'fresh-folder': { what: 'finds nothing in its folder of an earlier run', ...HOLDS },
  'left-processes': { what: 'leaves no process behind', ...HOLDS },
  'left-files': {
    what: 'leaves no file or System V object behind outside its folder',
    ...{ full: 'holds', uid: 'holds', none: 'lost' },
    lost: 'removal of files elsewhere',
  },
  'killed-grader': { what: 'is ended when the grader is killed', ...HOLDS },
  'output-injection': { what: 'gives no orders by what it prints or brings along', ...HOLDS },
  peers: {
    what: 'harms nothing but its own verdict by floods, resets, or what it does to its own files',
    ...HOLDS,
  },
} as const satisfies Readonly<Record<string, Guarantee>>;

export type GuaranteeId = keyof typeof GUARANTEES;

/** All of them, in their order. */
export function guarantees(): readonly (Guarantee & { readonly id: GuaranteeId })[] {
  return Object.entries(GUARANTEES).map(([id, guarantee]) => ({ id: id as GuaranteeId, ...guarantee }));
}

/** Whether something holds at a level, where these controllers of control groups count. */
export function holds(each: Guarantee, level: Level, controllers: readonly Controller[] = []): boolean {
  return each[level] === 'holds' || (each.keptBy !== undefined && controllers.includes(each.keptBy));
}

/** What is missing at a level, in words, each once; `controllers` of control groups keep what is lost without. */
export function lostAt(level: Level, controllers: readonly Controller[] = []): readonly string[] {
  const lost = guarantees().filter((each) => each[level] === 'lost' && !holds(each, level, controllers));
  return [...new Set(lost.map((each) => each.lost ?? each.what))];
}

const WORDS: Readonly<Record<Cell, string>> = { holds: 'holds', lost: 'lost', 'not applicable': '–' };

/** The table in Markdown. */
export function guaranteesTable(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const words = ({ keptBy, ...each }: Guarantee, level: Level) =>
    keptBy !== undefined && each[level] === 'lost' ? 'by control groups, else lost' : WORDS[each[level]];
  return [
    row(['A program …', '`full`', '`uid`', '`none`']),
    row(['---', '---', '---', '---']),
    ...guarantees().map((each) =>
      row([each.what, words(each, 'full'), words(each, 'uid'), words(each, 'none')]),
    ),
  ].join('\n');
}
