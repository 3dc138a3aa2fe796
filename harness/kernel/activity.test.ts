import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keepBusy } from '../process/busy.ts';
import { activity, openKernel, quietActivity } from './index.ts';
import {
  endAll,
  eventually,
  launch,
  removeScratch,
  scratch,
  sourceFile,
  untilItSleeps,
  within,
} from './testing/launch.ts';
import type { Kernel } from './types.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await openKernel();
});
afterAll(async () => {
  await endAll(kernel);
  removeScratch();
  kernel.close();
});

const { signal } = new AbortController();
/** Starts a program that gets a core only when nobody else wants one, and waits until it has begun. */
async function startIdle(code: string) {
  const program = launch('chrt', ['-i', '0', 'python3', sourceFile('idle.py', code)]);
  await untilItSleeps(kernel, program);
  return program;
}

/** Starts a Python program, and waits until it has come to its own code: starting has pauses. */
async function startBusy(code: string) {
  const began = join(scratch(), randomUUID());
  const first = `import sys\nopen(sys.argv[1], 'w').close()\n`;
  const program = launch('python3', [sourceFile(`${basename(began)}.py`, first + code), began]);
  await eventually(async () => existsSync(began));
  return program;
}

test('a program that wakes and gets no core is not said to spin', async () => {
  const program = await startIdle('import time\nwhile True:\n    time.sleep(0.01)\n');
  const loops = await keepBusy();
  try {
    // One window alone may well look as if it did.
    const { alive } = await activity(kernel, program.ref, 200, signal);
    expect(alive).toBe(true);
    const seen = await quietActivity(kernel, program.ref, { forMs: 200, maxShare: 0.5, ...within(1_500) });
    expect(seen.alive).toBe(true);
    expect(seen.share === null || seen.share < 0.5).toBe(true);
  } finally {
    await loops.end();
  }
});

test('a program that spins is reported, on a busy machine too', async () => {
  const loops = await keepBusy();
  try {
    const program = await startBusy('while True:\n    pass\n');
    const seen = await quietActivity(kernel, program.ref, { forMs: 200, maxShare: 0.5, ...within(60_000) });
    expect(seen.share).toBeGreaterThan(0.5);
  } finally {
    await loops.end();
  }
});

test('however short an observation is, it goes on until it is clear whether a program is busy', async () => {
  const loops = await keepBusy();
  try {
    const program = await startBusy('while True:\n    pass\n');
    const question = { share: 0.5, mostMs: 60_000 };
    for (let observed = 0; observed < 30; observed++) {
      const seen = await activity(kernel, program.ref, 5, signal, question);
      expect(seen.share).toBeGreaterThan(question.share);
    }
  } finally {
    await loops.end();
  }
});

test('a program that works without a pause but for moments is never taken for an idle one', async () => {
  const loops = await keepBusy();
  try {
    const code =
      'import time\nwhile True:\n    for _ in range(50_000):\n        pass\n    time.sleep(1e-6)\n';
    const program = await startBusy(code);
    const seen: { least: number; most: number }[] = [];
    for (let window = 0; window < 20; window++) {
      const { share, mostShare } = await activity(kernel, program.ref, 200, signal);
      seen.push({ least: share ?? 0, most: mostShare ?? 0 });
    }
    expect(seen.filter(({ most }) => most < 0.5)).toEqual([]);
    expect(seen.filter(({ least, most }) => least > most)).toEqual([]);
  } finally {
    await loops.end();
  }
});
