import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { Secret } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';
import { inShard } from '../batch/shard.ts';
import { zipFolder } from '../batch/testing/archives.ts';
import { STUDENTS, writeCourse, writeSpec } from '../batch/testing/course.ts';
import { TestRedis } from '../queue/testing/redis.ts';
import { eventually, ROOT, runCli } from '../testing/cli.ts';
import { type Pod, startPod } from '../testing/pod.ts';

let folder: string;
let image: string;
let spec: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cluster-'));
  image = at('package');
  spec = writeSpec(folder);
  const { code, stderr } = await runCli(['package', 'docker', spec, '--out', image]);
  expect([code, stderr]).toEqual([0, '']);
  const { right, once, crashes } = STUDENTS;
  zipFolder(writeCourse(at('given'), { right, once, crashes } as typeof STUDENTS), at('submissions.zip'));
});
const servers: TestRedis[] = [];
const pods: Pod[] = [];
// Whatever has failed, nothing is left that runs.
afterEach(async () => {
  for (const pod of pods.splice(0)) {
    // All that is in it ends with the process that started it.
    pod.child.kill('SIGKILL');
    await pod.ended;
  }
  for (const redis of servers.splice(0)) await redis.remove();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Redis in a folder that pods see, until the test ends. */
async function startRedis(stage: string): Promise<TestRedis> {
  mkdirSync(path.join(stage, 'data'));
  const redis = new TestRedis(path.join(stage, 'data'));
  servers.push(redis);
  await redis.start();
  return redis;
}

/** A pod that is ended when the test ends. */
async function keepPod(starting: Promise<Pod>): Promise<Pod> {
  const pod = await starting;
  pods.push(pod);
  return pod;
}

interface Container {
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly securityContext: { readonly capabilities: { readonly add: readonly string[] } };
}
interface Manifest {
  readonly kind: string;
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly [Container] } } };
}

function manifests(name: string): readonly Manifest[] {
  const text = readFileSync(path.join(image, 'cluster', name), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** The folders of the image, in a stage of its own, and a command for the grader as the Dockerfile makes it. */
function stageOf(name: string, grader = ''): string {
  const stage = at(name);
  for (const each of ['socket-grader', 'assignment'])
    cpSync(path.join(image, each), path.join(stage, each), { recursive: true });
  mkdirSync(path.join(stage, 'image-bin'));
  const start = path.join(stage, 'image-bin', 'socket-grader');
  writeFileSync(start, `#!/bin/sh\nexec ${process.execPath} ${grader}/socket-grader/dist/cli/main.js "$@"\n`);
  chmodSync(start, 0o755);
  return stage;
}

const STUDENTS_OF_TEST = ['right-1', 'once-1', 'crashes-1'];
const PATH = '/image-bin:/usr/local/bin:/usr/bin:/bin';

const MODELS: Readonly<Record<string, unknown>> = { Deployment, Job, Secret };

test.each(['kubernetes-workers.yaml', 'kubernetes-job.yaml'])('%s fits the schemas of Kubernetes', (name) => {
  for (const manifest of manifests(name)) {
    const Model = MODELS[manifest.kind];
    const check = (value: Manifest) => new (Model as typeof Job)(value as never).validate();
    expect(() => check(manifest)).not.toThrow();
    expect(() => check({ ...manifest, metadata: { name: 3 } } as never)).toThrow(/must be string/);
  }
});

test('workflows for GitHub fit its schema', async () => {
  const docs = readFileSync(path.join(ROOT, 'docs/BATCH.md'), 'utf8');
  const examples = [...docs.matchAll(/```yaml\n((?:name:|on:|jobs:)[\s\S]*?)```/g)].map(
    ([, text = '']) => text,
  );
  expect(examples.length).toBeGreaterThan(0);
  const made = at('github');
  const { code } = await runCli(['package', 'github', spec, '--leave-out-hidden', '--out', made]);
  expect(code).toBe(0);
  const workflows = path.join(made, '.github', 'workflows');
  for (const name of readdirSync(workflows)) examples.push(readFileSync(path.join(workflows, name), 'utf8'));
  for (const text of examples)
    expect(validateWorkflow(text.startsWith('jobs:') ? `on: push\n${text}` : text).errors).toEqual([]);
  expect(validateWorkflow('on: push\njobs: { a: { steps: 1 } }\n').errors).not.toEqual([]);
});

/** Starts the container of a manifest as Kubernetes would. */
async function start(
  manifest: Manifest | undefined,
  stage: string,
  env: Record<string, string>,
  user = 0,
): Promise<Pod> {
  const [container] = manifest?.spec.template.spec.containers ?? [];
  const expand = (word: string) => word.replace(/\$\((\w+)\)/g, (whole, name: string) => env[name] ?? whole);
  const command = [...(container?.command ?? []), ...(container?.args ?? [])].map(expand);
  return keepPod(
    startPod(command, {
      stage,
      user,
      places: [
        'socket-grader',
        'assignment',
        'image-bin',
        ...(existsSync(path.join(stage, 'data')) ? ['data'] : []),
      ],
      env: { PATH, ...env },
      capabilities: container?.securityContext.capabilities.add ?? [],
    }),
  );
}

test('a worker of the deployment, process 1 of its pod, grades at level full, and ends in good order', async () => {
  const stage = stageOf('worker');
  const redis = await startRedis(stage);
  const [, deployment] = manifests('kubernetes-workers.yaml');
  // The pod has no network but its own here: Redis is reached by a path instead.
  const pod = await start(deployment, stage, { QUEUE: redis.url('/data/redis.sock') });
  const batch = await runCli([
    ...['batch', at('submissions.zip'), '--spec', path.join(image, 'assignment/shout.grade.yaml')],
    ...['--queue', redis.url(), '--out', at('queued')],
  ]);
  expect([batch.code, batch.code === 0 ? '' : batch.stdout, pod.said.stderr]).toEqual([0, '', '']);
  expect(pod.said.stdout).toMatch(
    /^Metrics: .*\nWorker .* \(process 1\) serves .*, isolation full, 2 submissions/,
  );
  expect(readFileSync(at('queued', 'gradebook.csv'), 'utf8')).toMatch(/^right-1,.*,3,/m);
  // Process 1 gets all that others leave behind.
  expect(pod.zombies()).toEqual([]);
  pod.kill('SIGTERM');
  expect(await pod.ended).toBe(0);
  expect(pod.said.stdout).toContain('Ending. What runs is given back to other workers.');
  expect(await redis.keys()).toEqual([]);
});

test.each([0, 1000])('a part of the job is graded by user %d as process 1 of its pod', async (user) => {
  const stage = stageOf(`job-${user}`);
  mkdirSync(path.join(stage, 'data'));
  cpSync(at('submissions.zip'), path.join(stage, 'data', 'submissions.zip'));
  chmodSync(path.join(stage, 'data'), 0o777);
  chmodSync(stage, 0o755);
  const [job] = manifests('kubernetes-job.yaml');
  const parts: string[] = [];
  for (let index = 0; index < 8; index++) {
    // The others have nobody.
    if (!STUDENTS_OF_TEST.some((id) => inShard(id, { index: index + 1, count: 8 }))) continue;
    const pod = await start(job, stage, { JOB_COMPLETION_INDEX: String(index) }, user);
    expect([await pod.ended, pod.said.stderr]).toEqual([0, '']);
    parts.push(path.join(stage, 'data', `part-${index}`));
  }
  const merged = await runCli(['merge', ...parts, '--out', at(`merged-${user}`)]);
  expect(merged.code).toBe(0);
  const book = readFileSync(at(`merged-${user}`, 'gradebook.csv'), 'utf8');
  expect(book.trim().split('\n')).toHaveLength(4);
  expect(book).toMatch(/^right-1,.*,3,/m);
});

test('the script for Slurm grades its part of an array', () => {
  const stage = stageOf('slurm', at('slurm'));
  const part = [1, 2, 3, 4, 5, 6, 7, 8].find((index) => inShard('right-1', { index, count: 8 }));
  const { status, stderr, stdout } = spawnSync(
    path.join(image, 'cluster', 'slurm.sh'),
    [at('submissions.zip')],
    {
      cwd: stage,
      encoding: 'utf8',
      env: {
        PATH: `${stage}/image-bin:/usr/local/bin:/usr/bin:/bin`,
        SLURM_ARRAY_TASK_ID: String(part),
        SLURM_CPUS_PER_TASK: '1',
      },
    },
  );
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  expect(readFileSync(path.join(stage, `part-${part}`, 'gradebook.csv'), 'utf8')).toMatch(/^right-1,.*,3,/m);
});

test('a worker that cannot isolate refuses to serve a queue, and says what is missing', async () => {
  const stage = stageOf('weak');
  const redis = await startRedis(stage);
  const command = ['socket-grader', 'worker', '--queue', redis.url('/data/redis.sock')];
  const places = ['socket-grader', 'image-bin', 'data'];
  const where = { stage, places, env: { PATH }, capabilities: [] };
  const pod = await keepPod(startPod(command, where));
  expect(await pod.ended).toBe(2);
  expect(pod.said.stderr).toMatch(/^socket-grader: --isolation require: programs can't be isolated here/);
  const allowed = await keepPod(startPod([...command, '--isolation', 'auto'], where));
  await eventually(() => allowed.said.stdout.includes('Worker '), 'it serves');
  expect(allowed.said.stdout).toContain('isolation uid, one submission at a time');
  expect(allowed.said.stderr).toContain(
    "share this machine's network here, and can reach Redis: give it a password",
  );
  allowed.kill('SIGTERM');
  expect(await allowed.ended).toBe(0);
});
