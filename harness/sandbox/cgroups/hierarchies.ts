import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A controller that limits programs. */
export type Controller = 'memory' | 'pids';

/** A mounted hierarchy of control groups, see cgroups(7). */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** Controllers of ours that are bound to it, version 1 only: on version 2 each group has its own. */
  readonly controllers: readonly Controller[];
  /** Where it is mounted. */
  readonly mount: string;
  /** The folder of the group that this process is in. */
  readonly own: string;
  /** It is mounted to be read only. */
  readonly readOnly: boolean;
}

const OURS: readonly Controller[] = ['memory', 'pids'];

/** The hierarchies that this process can see; none where the kernel has no control groups, or shows none. */
export function hierarchies(
  mounts = read('/proc/self/mountinfo'),
  groups = read('/proc/self/cgroup'),
): readonly Hierarchy[] {
  const ownGroups = groups
    .split('\n')
    .map((line) => /^\d+:([^:]*):(.*)$/.exec(line))
    .flatMap((match) => (match ? [{ names: (match[1] ?? '').split(','), group: match[2] ?? '/' }] : []));
  return mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '', mount = '', options = ''] = before.split(' ').map(unescaped);
    const [type, , superOptions = ''] = after.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    const controllers =
      type === 'cgroup' ? OURS.filter((name) => superOptions.split(',').includes(name)) : [];
    if (type === 'cgroup' && controllers.length === 0) return [];
    const found = ownGroups.find(({ names }) =>
      type === 'cgroup2' ? names[0] === '' : controllers.some((name) => names.includes(name)),
    );
    const below = found === undefined ? undefined : path.posix.relative(root, found.group);
    if (below === undefined || below.startsWith('..')) return [];
    const readOnly = [options, superOptions].some((each) => each.split(',').includes('ro'));
    return [
      { version: type === 'cgroup2' ? 2 : 1, controllers, mount, own: path.join(mount, below), readOnly },
    ];
  });
}

/** Spaces and the like are octal in mountinfo. */
function unescaped(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
