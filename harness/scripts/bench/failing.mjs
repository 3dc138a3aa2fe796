// The samples that take longest to grade, and the steps that they wait in: a failure should be as quick as its evidence.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fixtureCases, paramsOf } from '../../../dist/testing/fixtures.js';
import { table } from '../statistics.mjs';

const SHOWN = 5;

/** Milliseconds that grading it took, and the longest step of the scenario that took longest. */
function graded({ folder, spec, expected }, out) {
  const params = Object.entries(paramsOf(expected)).flatMap(([key, value]) => ['--param', `${key}=${value}`]);
  const args = [
    'dist/cli/main.js',
    'run',
    folder,
    '--spec',
    spec,
    ...params,
    '--unsafe',
    '--quiet',
    '--out',
    out,
  ];
  const begin = performance.now();
  try {
    execFileSync(process.execPath, args, { stdio: 'ignore' });
  } catch ({ status }) {
    if (status === null || status > 3) throw new Error(`${folder} can't be graded: status ${status}`);
  }
  return { ms: performance.now() - begin, ...longestStep(path.join(out, 'trace.jsonl.gz')) };
}

function longestStep(file) {
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  let run;
  const steps = [];
  for (const line of lines.map((text) => JSON.parse(text))) {
    run = line.run ?? run;
    if (run) steps.push(...stepsOf(run.plan, line.events ?? []));
  }
  return steps.reduce((longest, step) => (step.took > longest.took ? step : longest), {
    took: 0,
    step: 'nothing',
  });
}

/** The steps that end among these events: how long each took, and why it ended. */
function stepsOf({ scenario, steps }, events) {
  const begun = new Map();
  for (const event of events) if (event.type === 'step_begin') begun.set(event.step, event.t);
  return events
    .filter(({ type }) => type === 'step_end')
    .map((event) => {
      const { verb, name } = steps[event.step];
      const end = event.timedOut ? ', to its deadline' : event.rested ? ', until it was idle' : '';
      return {
        took: event.t - (begun.get(event.step) ?? event.t),
        step: `${scenario}: ${name ?? verb}${end}`,
      };
    });
}

export async function failing() {
  const out = mkdtempSync(path.join(os.tmpdir(), 'bench-failing-'));
  try {
    const all = fixtureCases().map((each) => ({ ...each, ...graded(each, out) }));
    const right = all.filter(({ expected }) =>
      Object.values(expected.scenarios).every((status) => status === 'pass'),
    );
    const typical = right.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(right.length / 2)] ?? 1;
    const slowest = all.sort((a, b) => b.ms - a.ms).slice(0, SHOWN);
    const rows = slowest.map(({ name, ms, took, step }) => [
      name,
      `${(ms / 1000).toFixed(2)} s`,
      `${(ms / typical).toFixed(1)} x`,
      `${(took / 1000).toFixed(2)} s`,
      step,
    ]);
    console.log(
      `\n${table([['slowest samples', 'time', 'to a right one', 'longest step', 'which'], ...rows])}`,
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
