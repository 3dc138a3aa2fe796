import { readdirSync, readFileSync } from 'node:fs';
import type { Report, Verdict } from '../model/index.ts';
import { lightBeacon } from '../net/beacon.ts';
import { controllersOf } from '../sandbox/cgroups/group-folders.ts';
import { openGroups } from '../sandbox/cgroups/open-groups.ts';
import { lostAt } from '../sandbox/guarantees.ts';
import { type Abuse, abuses, leftProcesses, makeStage, type Stage } from '../testing/abuse.ts';
import { canIsolate, type GraderLevel } from '../testing/can-isolate.ts';
import { eventually } from '../testing/cli.ts';
import { gradePool, gradeWhole, isWhole, nameOf, type Seen, verdictsOf } from '../testing/graded-abuses.ts';

/**
 * Hostile programs are graded as they would be in earnest, by the built command: by root, by root as in a plain
 * container, and by an ordinary user. Most are pieces of one submission, each with scenarios of its own; those that
 * are built or bring more than a program are submissions of their own.
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
  files: ['/tmp', '/var/tmp', '/dev/shm'].flatMap(folder).filter((name) => /^abuse-(left|kept)/.test(name)),
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
  // An ordinary user has no control groups, unless some were delegated.
  const controllers = grader === 'container' ? controllersOf(openGroups().groups) : [];
  const hostile = abuses(controllers).filter(({ levels }) => levels.includes(level));
  const reason = canIsolate({ grader, level });
  if (reason !== undefined) {
    process.stderr.write(`Not tried as ${grader}: ${reason}.\n`);
    test.skip(`${hostile.length} hostile programs (${reason})`, () => {});
    return;
  }
  const course = () => ({ stage, grader, beacon: beacon.port });
  const pieces = hostile.filter((abuse) => !isWhole(abuse));
  let before: ReturnType<typeof traces>;
  let pool: Report;
  beforeAll(async () => {
    before = traces();
    pool = reportOf(await gradePool(course(), pieces));
  });

  /** What each verdict must be: the status, and with a failure its cause; what was found is shown where it is another one. */
  function expectVerdicts(abuse: Abuse, verdicts: readonly Verdict[]): void {
    expect(JSON.stringify(verdicts)).not.toContain('REACHED');
    for (const { id, status, findings } of verdicts) {
      const expected = abuse[id.split('--').at(-1) as 'serves'] ?? 'fail';
      expect([id, status, status === expected ? [] : findings]).toEqual([id, expected, []]);
      if (abuse.cause === undefined) continue;
      expect([abuse.cause, level === 'uid' ? abuse.uid_cause : undefined]).toContain(findings[0]?.cause);
    }
  }

  test.each(pieces.map((abuse) => [nameOf(abuse), abuse] as const))('%s', (_, abuse) => {
    const verdicts = verdictsOf(pool, abuse);
    expect(verdicts).toHaveLength(abuse['serves-again'] === undefined ? 1 : 2);
    expectVerdicts(abuse, verdicts);
  });

  test.each(hostile.filter(isWhole).map((abuse) => [nameOf(abuse), abuse] as const))(
    '%s',
    async (_, abuse) => {
      const seen = await gradeWhole(course(), abuse);
      if (abuse.refused !== undefined) {
        expect([seen.result.code, seen.result.stderr]).toEqual([2, expect.stringContaining(abuse.refused)]);
        return;
      }
      const { scenarios } = reportOf(seen);
      expect(scenarios).toHaveLength(2);
      expectVerdicts(abuse, scenarios);
    },
  );

  test('what was lost is in the report, and nothing is left', async () => {
    expect(pool.isolation).toMatchObject({ level, lost: lostAt(level, controllers) });
    // What others grade at the same time may be ending just now.
    let left: ReturnType<typeof newSince> = {};
    const isClean = () => {
      left = newSince(before);
      return Object.keys(left).length === 0;
    };
    await eventually(isClean, 'nothing is left', 5_000).catch(() => {});
    expect(left).toEqual({});
  });
});

function reportOf({ result, text }: Seen): Report {
  if (text === '') throw new Error(`no report: exit status ${result.code}\n${result.stdout}${result.stderr}`);
  expect(text).not.toContain('REACHED');
  return JSON.parse(text);
}
