import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { defined } from '../base/defined.ts';
import { PLATFORMS } from '../platform/index.ts';
import { type ContainerResult, inContainer } from '../testing/container.ts';
import { ImageBuilder } from '../testing/image.ts';
import { HIDDEN_LAB, makePlace, type Place, SECRET, SUBMISSIONS } from '../testing/platform-lab.ts';
import { POINTS } from '../testing/platform-points.ts';

/** Without `npm run platforms` only the four that most courses use, to save time. */
const ALL = process.env.SOCKET_GRADER_PLATFORMS === 'all';
const FOUR = ['gradescope', 'prairielearn', 'autolab', 'classroom50'];
/** Those that do not run graders as root, by another way than test-locally.sh. */
const ORDINARY = ['autolab', 'classroom50', 'github', 'moodle-vpl', 'markus'];
/** What Gradescope gives a container. */
const LIMITS = { gradescope: { cores: 0.5, memory: 768 * 1024 * 1024 } } as const;

let place: Place;
/** Stands for Node in packages, so that each need not hold 100 MB. */
let node: string;
beforeAll(() => {
  place = makePlace();
  node = path.join(place.folder, 'node');
  writeFileSync(node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
  chmodSync(node, 0o755);
});
afterAll(() => place.remove());

const bringing = (platform: string) => (PLATFORMS[platform]?.bringsNode ? ['--node', node] : []);

/** Runs the package's own test as the platform would run its grading: its user, its limits, and nothing else. */
function asThere(platform: string, folder: string, submission: string): Promise<ContainerResult> {
  const limits = platform === 'gradescope' ? LIMITS.gradescope : undefined;
  return inContainer([path.join(folder, 'test-locally.sh'), submission], {
    cwd: folder,
    user: ORDINARY.includes(platform) ? 1001 : 0,
    ...defined({ limits }),
  });
}

/** 0 wherever a platform takes anything else for a failure of the grader; else the verdict's. */
const statusOf = (platform: string, points: number) =>
  PLATFORMS[platform]?.contract.exit === 'written' || points === 4 ? 0 : 1;

describe.each(Object.keys(PLATFORMS).filter((name) => ALL || FOUR.includes(name)))(
  '%s, in a container without user namespaces and network',
  (platform) => {
    let folder: string;
    beforeAll(async () => {
      folder = await place.unpacked(platform, 'lab.grade.yaml', ...bringing(platform));
    });

    test.each(FOUR.includes(platform) ? Object.keys(SUBMISSIONS) : ['right', 'wrong'])('%s', async (name) => {
      const { points = 0 } = SUBMISSIONS[name] ?? {};
      const { code, stdout, stderr } = await asThere(platform, folder, place.submission(name));
      const status = statusOf(platform, points);
      expect([code, code === status ? '' : stdout + stderr]).toEqual([status, '']);
      expect(POINTS[platform]?.(stdout)).toBe(points);
    });
  },
);

describe('where a platform keeps programs apart, nothing hidden can be read, and hidden scenarios count', () => {
  test('the program that looks for it would find it', () => {
    const program = path.join(place.submission('snoops'), 'server.py');
    const found = spawnSync('python3', [program, '1', place.folder], {
      cwd: place.submission('snoops'),
      encoding: 'utf8',
    });
    expect(found.stderr).toMatch(/^found it in .*hidden\.grade\.yaml/);
  });

  const kept: Readonly<Record<string, (text: string) => boolean>> = {
    gradescope: (text) => {
      const { tests } = JSON.parse(text) as { tests: { name: string; visibility: string; score: number }[] };
      const hidden = tests.find(({ name }) => name.startsWith(SECRET));
      return hidden?.score === 4 && hidden.visibility === 'hidden';
    },
    prairielearn: (text) => (JSON.parse(text) as { score: number }).score === 1 && !text.includes(SECRET),
    docker: (text) => text.includes('8 of 8 points'),
    artemis: (text) => new RegExp(`name="${SECRET}: [^>]*>\\s*<system-out>4 of 4 points`).test(text),
  };
  const names = Object.keys(kept).filter((name) => ALL || FOUR.includes(name));
  test.each(names)('%s', async (platform) => {
    const folder = await place.unpacked(platform, 'hidden.grade.yaml', ...bringing(platform));
    // As if the package were not here, but only where the platform has it.
    chmodSync(folder, 0o700);
    writeFileSync(path.join(place.folder, 'hidden.grade.yaml'), '');
    const { code, stdout, stderr } = await asThere(platform, folder, place.submission('snoops'));
    writeFileSync(path.join(place.folder, 'hidden.grade.yaml'), HIDDEN_LAB);
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    expect([kept[platform]?.(stdout), stdout]).toEqual([true, stdout]);
  });
});

test('PrairieLearn: the seed is the variant’s', async () => {
  const folder = await place.unpacked('prairielearn', 'lab.grade.yaml');
  const { stdout } = await asThere('prairielearn', folder, place.submission('empty'));
  expect((JSON.parse(stdout) as { output: string }).output).toContain('Seed of random values: 1234');
});

test('Classroom 50: the time of the result is that of the commit, however late it is graded', async () => {
  const folder = await place.unpacked('classroom50', 'lab.grade.yaml');
  const checkout = path.join(place.folder, 'checkout');
  mkdirSync(checkout);
  writeFileSync(path.join(checkout, 'notes.txt'), '');
  const time = '2026-02-01T09:30:00+02:00';
  const env = { ...process.env, GIT_COMMITTER_DATE: time, GIT_AUTHOR_DATE: time };
  const git = 'git init -q && git add . && git -c user.name=a -c user.email=a@example.org commit -qm one';
  expect(spawnSync('sh', ['-c', git], { cwd: checkout, env }).status).toBe(0);
  const { stdout } = await asThere('classroom50', folder, checkout);
  expect(JSON.parse(stdout)).toMatchObject({ datetime: '2026-02-01T07:30:00Z', score: 0 });
});

test('Autolab: an archive of another kind under the name of the handin is opened', async () => {
  const folder = await place.unpacked('autolab', 'lab.grade.yaml', ...bringing('autolab'));
  const run = path.join(place.folder, 'autolab-run');
  const steps = [
    `mkdir ${run}`,
    `cp ${folder}/autograde.tar ${run}/`,
    `cp ${folder}/autograde-Makefile ${run}/Makefile`,
    `cd ${place.submission('right')}`,
    `zip -q ${run}/handin.zip server.py`,
    `mv ${run}/handin.zip ${run}/handin.tar`,
    `cd ${run}`,
    'make --no-print-directory',
  ];
  const { stdout, stderr } = spawnSync('sh', ['-c', steps.join(' && ')], { encoding: 'utf8' });
  expect([stderr, POINTS.autolab?.(stdout)]).toEqual(['', 4]);
});

test('nothing is left behind in the folder for temporary files', async () => {
  const folder = await place.unpacked('docker', 'lab.grade.yaml');
  const temporary = path.join(place.folder, 'temporary');
  mkdirSync(temporary);
  const { status } = spawnSync(path.join(folder, 'test-locally.sh'), [place.submission('right')], {
    env: { ...process.env, TMPDIR: temporary },
  });
  expect(status).toBe(0);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readFileSync(path.join(folder, 'test-locally.sh'), 'utf8')).not.toContain('\r');
});

/** What the lab's submissions need. */
const TOOLS = ['--toolchains', 'python3,gcc'];

if (ALL)
  describe('images, built step by step on Debian’s base system', () => {
    let images: ImageBuilder;
    beforeAll(() => {
      images = new ImageBuilder();
    });
    afterAll(() => images.remove());

    /** Puts something into a root, where everybody can read it. */
    const put = (from: string, root: string, to: string) =>
      spawnSync('sh', [
        '-c',
        'mkdir -p "$(dirname "$1")" && cp -R "$0" "$1" && chmod -R a+rX "$1"',
        from,
        path.join(root, to),
      ]);
    const inRoot = (root: string, command: readonly string[], cwd = '/', user = 0) =>
      inContainer(command, { cwd, root, user });
    const written = (root: string, file: string) => readFileSync(path.join(root, file), 'utf8');
    const own = (root: string, folder: string) =>
      spawnSync('chown', ['-R', '65534:65534', path.join(root, folder)]);

    test.each(['right', 'wrong'])('docker: %s', async (name) => {
      const { root } = images.build(await place.unpacked('docker', 'lab.grade.yaml', ...TOOLS));
      put(place.submission(name), root, '/submission');
      const command = ['socket-grader', 'run', '/submission', '--spec', '/assignment/lab.grade.yaml'];
      const { stdout, stderr } = await inRoot(root, command);
      expect([POINTS.docker?.(stdout), stderr]).toEqual([SUBMISSIONS[name]?.points, expect.any(String)]);
    });

    test.each(['right', 'wrong'])('prairielearn: %s', async (name) => {
      const folder = await place.unpacked('prairielearn', 'hidden.grade.yaml', ...TOOLS);
      const { root } = images.build(path.join(folder, 'image'));
      put(place.submission(name), root, '/grade/student');
      put(path.join(folder, 'tests'), root, '/grade/tests');
      const { code, stderr } = await inRoot(root, ['/grade/tests/run.sh']);
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      const { score } = JSON.parse(written(root, 'grade/results/results.json')) as { score: number };
      expect(score).toBe(name === 'right' ? 1 : 1 / 8);
    });

    test.each(['right', 'wrong'])('coursera: %s', async (name) => {
      const { root, entrypoint } = images.build(await place.unpacked('coursera', 'lab.grade.yaml', ...TOOLS));
      put(place.submission(name), root, '/shared/submission');
      own(root, 'shared');
      const { code, stderr } = await inRoot(root, entrypoint, '/', 65_534);
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      expect(POINTS.coursera?.(written(root, 'shared/feedback.json'))).toBe(SUBMISSIONS[name]?.points);
    });

    test.each(['right', 'wrong'])('submitty: %s', async (name) => {
      const folder = await place.unpacked('submitty', 'lab.grade.yaml', ...TOOLS);
      const { root } = images.build(path.join(folder, 'image'));
      const { testcases } = JSON.parse(readFileSync(path.join(folder, 'config/config.json'), 'utf8')) as {
        testcases: { command: string }[];
      };
      put(place.submission(name), root, '/work');
      own(root, 'work');
      const { code, stderr } = await inRoot(root, (testcases[1]?.command ?? '').split(' '), '/work', 65_534);
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      const { scenarios } = JSON.parse(written(root, 'work/socket-grader.json')) as {
        scenarios: { id: string; status: string }[];
      };
      expect(scenarios.find(({ id }) => id === 'echoes')?.status).toBe(name === 'right' ? 'pass' : 'fail');
    });

    test.each(['right', 'wrong'])('artemis: %s', async (name) => {
      const folder = await place.unpacked('artemis', 'lab.grade.yaml', ...TOOLS);
      const { root } = images.build(path.join(folder, 'image'));
      const windfile = parse(readFileSync(path.join(folder, '.artemis/windfile.yaml'), 'utf8')) as {
        actions: { script: string }[];
      };
      put(place.submission(name), root, '/build/assignment');
      put(folder, root, '/build/tests');
      const { code, stderr } = await inRoot(
        root,
        ['bash', '-ec', windfile.actions[0]?.script ?? ''],
        '/build',
      );
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      expect(POINTS.artemis?.(written(root, 'build/test-reports/results.xml'))).toBe(
        SUBMISSIONS[name]?.points,
      );
    });

    test.each(['right', 'wrong'])('gitlab: %s, by the lines of the job', async (name) => {
      const folder = await place.unpacked('gitlab', 'lab.grade.yaml', ...TOOLS);
      const job = parse(readFileSync(path.join(folder, '.gitlab-ci.yml'), 'utf8')) as {
        grade: { before_script: string[]; script: string[] };
      };
      const root = images.base();
      put(folder, root, '/builds/lab');
      put(`${place.submission(name)}/.`, root, '/builds/lab');
      images.run(root, job.grade.before_script.join('\n'));
      const { code, stderr } = await inRoot(root, ['sh', '-ec', job.grade.script.join('\n')], '/builds/lab');
      expect([code, stderr]).toEqual([
        statusOf('gitlab', SUBMISSIONS[name]?.points ?? 0),
        expect.any(String),
      ]);
      expect(POINTS.gitlab?.(written(root, 'builds/lab/junit.xml'))).toBe(SUBMISSIONS[name]?.points);
    });

    test.each(['right', 'wrong'])(
      'gradescope: %s, with setup.sh and the Node of the registry',
      async (name) => {
        const folder = await place.unpacked('gradescope', 'hidden.grade.yaml', ...TOOLS);
        const root = images.base();
        // The base image of Gradescope has no Node.
        rmSync(path.join(root, 'usr/local/bin/node'));
        put(folder, root, '/autograder/source');
        put(path.join(folder, 'run_autograder'), root, '/autograder/run_autograder');
        put(place.submission(name), root, '/autograder/submission');
        mkdirSync(path.join(root, 'autograder/results'));
        images.run(root, '/autograder/source/setup.sh');
        const { code, stderr } = await inContainer(['/autograder/run_autograder'], {
          cwd: '/autograder',
          root,
          limits: LIMITS.gradescope,
        });
        expect([code, stderr]).toEqual([0, expect.any(String)]);
        expect(POINTS.gradescope?.(written(root, 'autograder/results/results.json'))).toBe(
          name === 'right' ? 8 : 1,
        );
      },
    );
  });
