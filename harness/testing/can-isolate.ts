import { spawnSync } from 'node:child_process';
import { CONTAINER, type Grader, USER } from './abuse.ts';
import { ROOT } from './cli.ts';

export interface GraderLevel {
  readonly grader: Grader;
  readonly level: 'full' | 'uid' | 'none';
}

/** Why grading at a level can't be tried on this machine; undefined when it can. */
export function canIsolate({ grader, level }: GraderLevel): string | undefined {
  if (process.platform !== 'linux') return 'isolation needs Linux';
  if (process.getuid?.() !== 0) return 'the tests are not run by root, who alone can become others';
  if (level === 'none') return undefined;
  if (level === 'uid') {
    const dropped = spawnSync('setpriv', [`--bounding-set=${CONTAINER}`, 'true']);
    return dropped.status === 0 ? undefined : 'privileges cannot be dropped here';
  }
  const who =
    grader === 'user' ? ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--'] : [];
  const words = [...who, ...['unshare', ...(grader === 'user' ? ['--user', '--map-root-user'] : [])]];
  const [command = '', ...rest] = [...words, '--net', '--mount', '--pid', '--fork', 'bwrap', '--version'];
  const tried = spawnSync(command, rest, { cwd: ROOT, encoding: 'utf8' });
  if (tried.status === 0) return undefined;
  return `namespaces can't be made here: ${(tried.stderr ?? String(tried.error)).trim().split('\n')[0]}`;
}
