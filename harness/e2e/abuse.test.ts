import { readdirSync, readFileSync } from 'node:fs';
import { lightBeacon } from '../net/beacon.ts';
import { lostAt } from '../sandbox/guarantees.ts';
import { abuses, type Grader, gradeAbuse, leftProcesses, makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate, type GraderLevel } from '../testing/can-isolate.ts';
import { eventually } from '../testing/cli.ts';

/**
 * Hostile submissions are graded as they would be in earnest, by the built command: by root, by root as in a plain
 * container, and by an ordinary user. One at a time: they use what a machine has.
 */
let stage: Stage;
let beacon: Awaited<ReturnType<typeof lightBeacon>>;
beforeAll(async () => {
  stage = makeStage();
  beacon = await lightBeacon();
});
afterAll(() => {
  beacon.close();
  stage.remove();
});

/** What the machine holds that a grading could have left behind. */
const traces = () => ({
  processes: leftProcesses(),
  mounts: readFileSync('/proc/self/mounts', 'utf8').split('\n').length,
  claims: folder('/run/socket-grader').filter((name) => name.includes('.')),
  shared: folder('/dev/shm').filter((name) => name.startsWith('socket-grader')),
  files: ['/tmp', '/var/tmp', '/dev/shm']
    .flatMap(folder)
    .filter((name) => /^(abuse-(left|kept)|socket-grader-probe)/.test(name)),
  objects: ['shm', 'sem', 'msg'].flatMap((list) =>
    readFileSync(`/proc/sysvipc/${list}`, 'latin1')
      .split('\n')
      .filter((row) => row.trim().startsWith(String(0x5eed))),
  ),
});

/** What is there now and was not before; what others held meanwhile may be gone. */
function newSince(before: ReturnType<typeof traces>): Record<string, unknown> {
  const { mounts, ...lists } = traces();
  const added = Object.entries(lists).map(([name, now]) => {
    const then = new Set(before[name as keyof typeof lists]);
    return [name, now.filter((one) => !then.has(one))] as const;
  });
  return {
    ...Object.fromEntries(added.filter(([, list]) => list.length > 0)),
    ...(mounts > before.mounts ? { mounts: mounts - before.mounts } : {}),
  };
}

function folder(name: string): string[] {
  try {
    return readdirSync(name);
  } catch {
    return [];
  }
}

const GRADERS: readonly GraderLevel[] = [
  { grader: 'root', level: 'full' },
  { grader: 'user', level: 'full' },
  { grader: 'container', level: 'uid' },
  { grader: 'plain', level: 'none' },
];

describe.each(GRADERS)('graded by $grader, at level $level', ({ grader, level }) => {
  const hostile = abuses().filter(({ levels }) => levels.includes(level));
  const reason = canIsolate({ grader, level });
  if (reason !== undefined) {
    process.stderr.write(`Not tried as ${grader}: ${reason}.\n`);
    test.skip(`${hostile.length} hostile submissions (${reason})`, () => {});
    return;
  }

  test.each(hostile.map((abuse) => [[abuse.name, abuse.kind ?? ''].join(' ').trim(), abuse] as const))(
    '%s',
    async (_, abuse) => {
      const before = traces();
      const { result, report: text } = await gradeAbuse(stage, grader as Grader, abuse, beacon.port);
      if (abuse.refused !== undefined) {
        expect(result.stderr).toContain(abuse.refused);
        expect(result.code).toBe(2);
      } else {
        const report = JSON.parse(text);
        expect(report.isolation.level).toBe(level);
        expect(report.isolation.lost).toEqual(lostAt(level));
        expect(text).not.toContain('REACHED');
        for (const { id, status, findings } of report.scenarios) {
          const cause = findings[0]?.cause;
          const expected = abuse[id as 'serves'];
          // What was found is shown where the status is another one.
          const shown = status === expected ? [] : findings;
          if (abuse.cause === undefined) expect([id, status, shown]).toEqual([id, expected, []]);
          else {
            expect([id, status]).toEqual([id, 'fail']);
            expect([abuse.cause, level === 'uid' ? abuse.uid_cause : undefined]).toContain(cause);
          }
        }
        expect(report.scenarios).toHaveLength(2);
      }
      // What others grade at the same time may be ending just now.
      let left: ReturnType<typeof newSince> = {};
      const isClean = () => {
        left = newSince(before);
        return Object.keys(left).length === 0;
      };
      await eventually(isClean, 'nothing is left', 5_000).catch(() => {});
      expect(left).toEqual({});
    },
  );
});
