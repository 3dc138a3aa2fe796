import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eventually, ROOT } from '../../testing/cli.ts';
import { LIMITS } from '../limits.ts';
import { entering } from './entering.ts';
import { hierarchies } from './hierarchies.ts';
import { openGroups } from './open-groups.ts';
import { startGroup } from './start-group.ts';

const MIB = 1024 * 1024;

test('finds the hierarchies and the own group in each', () => {
  const mounts = `30 20 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
31 30 0:27 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
32 30 0:28 / /sys/fs/cgroup/cpu,pids ro,relatime - cgroup cgroup rw,cpu,pids
33 30 0:29 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
34 30 0:30 / /sys/fs/cgroup/unified\\040one rw,relatime - cgroup2 cgroup2 rw,nsdelegate
`;
  const groups = '9:cpu,pids:/\n4:memory:/user/7\n1:name=systemd:/init\n0::/user.slice/session-1.scope\n';
  expect(hierarchies(mounts, groups)).toEqual([
    {
      version: 1,
      controllers: ['memory'],
      mount: '/sys/fs/cgroup/memory',
      own: '/sys/fs/cgroup/memory/user/7',
      readOnly: false,
    },
    {
      version: 1,
      controllers: ['pids'],
      mount: '/sys/fs/cgroup/cpu,pids',
      own: '/sys/fs/cgroup/cpu,pids',
      readOnly: true,
    },
    {
      version: 2,
      controllers: [],
      mount: '/sys/fs/cgroup/unified one',
      own: '/sys/fs/cgroup/unified one/user.slice/session-1.scope',
      readOnly: false,
    },
  ]);
});

test('a container sees a part of a hierarchy, and its own group in it or not at all', () => {
  const mounts = '31 30 0:27 /docker/a /sys/fs/cgroup rw - cgroup2 cgroup rw\n';
  expect(hierarchies(mounts, '0::/docker/a/b\n')).toMatchObject([{ own: '/sys/fs/cgroup/b' }]);
  expect(hierarchies(mounts, '0::/elsewhere\n')).toEqual([]);
  expect(hierarchies('', '')).toEqual([]);
});

const { groups, missing } = openGroups();
/** The groups that have a controller, in one version. */
const having = (name: 'memory' | 'pids', version: 1 | 2) =>
  groups.filter((one) => one.version === version && one.controllers.includes(name));
const VERSIONS = [1, 2] as const;

/** Tells why something is not tried, where the machine does not allow it. */
function where(those: typeof groups, what = 'control groups'): typeof test {
  if (those.length > 0) return test;
  process.stderr.write(`Not tried: no ${what} to write to${missing.map((each) => `; ${each}`).join('')}.\n`);
  return test.skip as typeof test;
}

function group(limits: Partial<typeof LIMITS>, those = groups, ends = true) {
  const made = startGroup(those, { limits: { ...LIMITS, ...limits }, files: 0, free: 0, ends });
  if (made === undefined) throw new Error('no group');
  return made;
}

/** Runs a Python program in a group, to its end or until it says something. */
async function inGroup(made: ReturnType<typeof group>, text: string) {
  const [file = '', ...args] = [...entering(made), '/usr/bin/python3', '-c', text];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  const ended = once(child, 'exit');
  await Promise.race([ended, once(child.stdout, 'data')]);
  return { child, ended, said: () => said };
}

describe.each(VERSIONS)('version %d', (version) => {
  const counting = having('memory', version);
  where(counting, `memory of version ${version}`)(
    'counts memory of all kinds, and ends who takes too much',
    async () => {
      const made = group({ memory: 32 * MIB }, counting);
      try {
        const holds = await inGroup(
          made,
          'import time; x = b"x" * (20 << 20); print("ready", flush=True); time.sleep(100)',
        );
        expect(made.memory(32 * MIB)).toBeGreaterThan(19 * MIB);
        expect(made.outOfMemory()).toBe(false);
        await made.kill();
        await holds.ended;
        const hoards = await inGroup(made, 'x = []\nwhile True: x.append(b"x" * (1 << 20))');
        await hoards.ended;
        expect(made.outOfMemory()).toBe(true);
      } finally {
        await made.kill();
        made.remove();
      }
    },
  );

  const limiting = having('pids', version);
  where(limiting, `pids of version ${version}`)(
    'lets no more processes be made than there may be',
    async () => {
      const made = group({ processes: 4 }, limiting);
      try {
        const text = `import os, time
made = 0
try:
    while made < 100:
        if os.fork() == 0: time.sleep(100); os._exit(0)
        made += 1
except OSError as error: print(f'{made} {error.errno}', flush=True)
time.sleep(100)`;
        const { said, ended } = await inGroup(made, text);
        // Eight are to spare; 11 is EAGAIN.
        await eventually(() => said().endsWith('\n'), 'it has said so');
        expect(said()).toBe('11 11\n');
        expect(made.outOfProcesses()).toBe(true);
        await made.kill();
        await ended;
      } finally {
        made.remove();
      }
    },
  );
});

/** What a group of version 2 says of a program that holds memory in many ways, with Linux 6.12. */
const MEMORY_STAT = `anon 20971520
file 50331648
kernel 9437184
kernel_stack 16384
pagetables 86016
sec_pagetables 0
percpu 480
sock 3145728
vmalloc 0
shmem 8388608
slab_reclaimable 1048576
slab_unreclaimable 8192
slab 1056768
`;

test('of memory in version 2 files count not at all, and shared memory beyond what is free', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'groups-'));
  try {
    const those = [{ version: 2, folder, controllers: ['memory'] }] as const;
    const limits = { ...LIMITS, memory: 32 * MIB };
    const made = startGroup(those, { limits, files: 8 * MIB, free: 2 * MIB });
    const place = path.dirname(made?.entries[0] ?? '');
    expect(readFileSync(path.join(place, 'memory.max'), 'utf8')).toBe(String(48 * MIB));
    expect(readFileSync(path.join(place, 'memory.oom.group'), 'utf8')).toBe('1');
    writeFileSync(path.join(place, 'memory.stat'), MEMORY_STAT);
    // anon + sock + kernel, without what can be had back + shared memory.
    expect(made?.memory(limits.memory)).toBe((20 + 3 + 9 - 1 + (8 - 2)) * MIB);
    expect(made?.outOfMemory()).toBe(false);
    writeFileSync(path.join(place, 'memory.events'), 'low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n');
    expect(made?.outOfMemory()).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

where(groups)('all of a group ends at once, daemons that hide too, and no folder is left', async () => {
  const made = group({});
  const daemon =
    'import os, time\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    os.execve("/bin/sleep", ["sleep", "100"], {})\n  os._exit(0)\nos.wait()\nprint("ready", flush=True)\ntime.sleep(100)';
  const { ended } = await inGroup(made, daemon);
  const [list = ''] = made.entries.slice(-1);
  const alive = () => (existsSync(list) ? readFileSync(list, 'utf8') : '').split('\n').filter(Boolean);
  expect(alive()).toHaveLength(2);
  await made.kill();
  await ended;
  expect(alive()).toEqual([]);
  made.remove();
  expect(made.entries.map((file) => path.dirname(file)).filter((folder) => existsSync(folder))).toEqual([]);
});

where(groups)('no group is left of a grader that has ended, or was killed', async () => {
  const text = `
    const { openGroups } = await import(${JSON.stringify(path.join(ROOT, 'dist/sandbox/cgroups/open-groups.js'))});
    console.log(JSON.stringify(openGroups().groups.map(({ folder }) => folder)));
    if (process.argv[1] === 'waits') setInterval(() => {}, 1000);`;
  const words = ['--input-type=module', '-e', text, '--'];
  const { stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  const folders: string[] = JSON.parse(stdout);
  expect(folders).toHaveLength(groups.length);
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  const child = spawn(process.execPath, [...words, 'waits'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [bytes] = (await once(child.stdout, 'data')) as [Buffer];
  const left = () => (JSON.parse(bytes.toString('utf8')) as string[]).filter((folder) => existsSync(folder));
  expect(left()).toHaveLength(groups.length);
  child.kill('SIGKILL');
  await eventually(() => left().length === 0, 'the groups are gone');
});
