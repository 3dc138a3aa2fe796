// Two thousand small submissions: the memory of the orchestrator, and how long the overview takes to open. Needs a build.
//   node harness/scripts/batch/many.mjs [COUNT] [KEEP-FOLDER]
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { STUDENTS, writeManySpec } from '../../../dist/batch/testing/course.js';
import { load, startBatch, temporary } from './lib.mjs';

const count = Number(process.argv[2] ?? 2000);
const folder = process.argv[3] ?? temporary();
mkdirSync(folder, { recursive: true });
// One in ten is a server that runs; the others are what is quick to grade: no program that could be started, or nothing.
const kinds = Object.values(STUDENTS).map(({ source }) => source);
const given = path.join(folder, 'given');
for (let number = 0; number < count; number++) {
  const student = path.join(given, `student-${String(number).padStart(5, '0')}`);
  mkdirSync(student, { recursive: true });
  if (number % 10 === 0)
    writeFileSync(path.join(student, 'server.py'), `${kinds[(number / 10) % kinds.length]}# ${number}\n`);
  else if (number % 10 < 3) writeFileSync(path.join(student, 'notes.txt'), `Notes of ${number}.\n`);
}
const spec = writeManySpec(folder);
const out = path.join(folder, 'out');
console.log(`${count} submissions, ${load()}`);
const { result } = startBatch([given, '--spec', spec, '--out', out, '--isolation', 'auto']);
const { code, seconds, peak, own, stdout } = await result;
console.log(stdout.split('\n').slice(-6).join('\n'));
console.log(`exit ${code}, ${seconds.toFixed(0)} s, ${(count / seconds).toFixed(1)} a second`);
console.log(
  `orchestrator: largest resident set ${(peak / 1024 ** 2).toFixed(0)} MiB (goal: below 200), ${own.toFixed(0)} s of processor time`,
);

const index = path.join(out, 'index.html');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const times = [];
for (let round = 0; round < 5; round++) {
  const page = await browser.newPage();
  const began = performance.now();
  await page.goto(pathToFileURL(index).href);
  // The next frame after everything is laid out.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  times.push(performance.now() - began);
  await page.close();
}
await browser.close();
times.sort((a, b) => a - b);
console.log(
  `index.html, ${(statSync(index).size / 1024).toFixed(0)} KiB: opens in ${times.map((time) => (time / 1000).toFixed(2)).join(', ')} s (goal: below 2), ${load()}`,
);
