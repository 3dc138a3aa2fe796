import { existsSync } from 'node:fs';
import { openGroups } from '../sandbox/cgroups/open-groups.ts';

/** Gives a command a group of its own below what systemd has delegated to a user, see systemd-run(1). */
const SCOPE = 'systemd-run --user --scope --quiet';

/** Whether systemd manages services of this user. */
function hasUserManager(): boolean {
  const uid = process.getuid?.() ?? 0;
  return uid !== 0 && existsSync(`/run/user/${uid}/systemd/private`);
}

/** Who counts what programs use on this machine, and who ends them, in words. */
export function whoCounts(): readonly string[] {
  const { groups, missing } = openGroups();
  const counted = groups.flatMap(({ version, controllers }) =>
    controllers.map((name) => `${name} (cgroup v${version})`),
  );
  const ends = groups.some(({ version }) => version === 2);
  return [
    ...(counted.length === 0 ? [] : [`counted by the kernel for each program: ${counted.join(', ')}`]),
    ...(ends ? ['cgroup.kill ends programs with all that they started where no namespace does'] : []),
    ...(missing.length === 0 ? [] : [`sampled, and bounded by setrlimit(2): ${missing.join('; ')}`]),
    ...(missing.length > 0 && hasUserManager() ? [`start it with: ${SCOPE} socket-grader …`] : []),
  ];
}
