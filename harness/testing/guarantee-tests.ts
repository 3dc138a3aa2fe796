import type { GuaranteeId } from '../sandbox/guarantees.ts';
import type { Level } from '../sandbox/sandbox.ts';

/** What shows that a guarantee holds. */
interface Shown {
  /** Hostile submissions in fixtures/abuse; each is graded at every level at which the guarantee holds, at `none` the first. */
  readonly abuses?: readonly string[];
  /** Other tests, by level: a file and a part of the test's name in it. */
  readonly tests?: Readonly<Partial<Record<Level, readonly [file: string, name: string]>>>;
}

const ISOLATION = 'e2e/isolation.test.ts';
const KILLED = [ISOLATION, 'nothing of a student is left soon after the grader was killed'] as const;
const HIDES = [ISOLATION, 'nothing is left of a program that hides'] as const;

/** Without an entry for a guarantee this does not compile; a test sees that no cell of the table is left out. */
export const SHOWN_BY: Readonly<Record<GuaranteeId, Shown>> = {
  network: { abuses: ['reaches-out'] },
  'abstract-sockets': { abuses: ['tells-others'] },
  processes: { abuses: ['counts-processes'] },
  files: { abuses: ['reads-the-system'] },
  signals: { abuses: ['kills-everybody'] },
  environments: { abuses: ['reads-environments'] },
  results: { abuses: ['forges-results', 'hostile-makefile'] },
  privileges: { abuses: ['kernel-settings'] },
  'system-calls': { abuses: ['escapes', 'odd-sockets'] },
  'ipc-settings': { abuses: ['ipc-settings'] },
  hidden: {
    abuses: ['looks-for-scenarios', 'follows-links', 'tells-later'],
    tests: { none: [ISOLATION, 'hidden scenarios are not run where the program could read them'] },
  },
  descriptors: { abuses: ['descriptors'] },
  memory: { abuses: ['memory-hog', 'memory-children'] },
  'kernel-memory': { abuses: ['hoards', 'memory-shared'] },
  processor: { abuses: ['spins', 'spins-in-children', 'spins-unawaited'] },
  'process-count': { abuses: ['fork-bomb'] },
  disk: { abuses: ['fills-disk', 'many-files'] },
  output: { abuses: ['endless-output'] },
  copies: { abuses: ['build-of-links', 'build-of-holes', 'too-large'] },
  trees: { abuses: ['odd-names'] },
  'fresh-folder': { abuses: ['keeps-state'] },
  'left-processes': {
    abuses: ['daemon', 'orphan-holds-output', 'ignores-signals', 'stops-itself'],
  },
  'left-files': { abuses: ['leaves-files'] },
  'killed-grader': { tests: { full: KILLED, uid: HIDES, none: HIDES } },
  'output-injection': { abuses: ['injects-output', 'planted-files'] },
  peers: { abuses: ['rewrites-itself', 'floods', 'resets', 'binds-widely', 'child-keeps-port'] },
};
