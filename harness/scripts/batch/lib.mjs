// What the measurements of `batch` share: a course of submissions, and a batch that is watched.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const MAIN = 'dist/cli/main.js';

/** A folder that is gone at the end. */
export function temporary() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'batch-measure-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What keeps programs apart. */
const SANDBOXES = new Set(['setpriv', 'unshare', 'perl', 'mount', 'bwrap']);

/**
 * Starts a batch, after the words of `before`; `result` has its output, the largest resident set of the orchestrator in bytes, and processor time in
 * seconds: of the orchestrator, of its workers, of the sandboxes around programs, and of all together. They are looked at as
 * they go, so what stands for a moment only may be missed; all together is what the kernel says in the end where that is
 * more, which it is unless long runners were killed with nobody left to wait for them.
 */
export function startBatch(args, env = process.env, before = []) {
  const [file, ...words] = [...before, process.execPath, MAIN, 'batch', ...args];
  const child = spawn(file, words, {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  let peak = 0;
  let own = 0;
  const used = new Map();
  const workers = new Set();
  const sandboxes = new Set();
  const timeBefore = childrenTime();
  const look = (pid) => {
    const fields = fieldsOf(pid);
    if (fields.length === 0) return;
    // utime, stime and starttime.
    const key = `${pid} ${fields[19]}`;
    const time = (Number(fields[11]) + Number(fields[12])) / 100;
    used.set(key, time);
    if (pid === child.pid) own = time;
    else if (isWorker(pid)) workers.add(key);
    else if (SANDBOXES.has(read(`/proc/${pid}/comm`).trim())) sandboxes.add(key);
    else sandboxes.delete(key);
    for (const task of tasks(pid))
      for (const below of read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean))
        look(Number(below));
  };
  const timer = setInterval(() => {
    look(child.pid);
    peak = Math.max(peak, largest(child.pid));
  }, 20);
  const sum = (keys) => [...keys].reduce((so, key) => so + used.get(key), 0);
  const began = performance.now();
  const result = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(timer);
      const seconds = (performance.now() - began) / 1000;
      const all = Math.max(childrenTime() - timeBefore, sum(used.keys()));
      resolve({
        code,
        signal,
        stdout,
        seconds,
        peak,
        own,
        workers: sum(workers),
        sandboxes: sum(sandboxes),
        all,
      });
    });
  });
  return { child, result };
}

/** Processor time in seconds of all that this process has started and waited for, with theirs. */
function childrenTime() {
  const fields = fieldsOf('self');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** A process that runs our worker, and not what leads to it. */
function isWorker(pid) {
  return (
    read(`/proc/${pid}/cmdline`).includes('/worker/main.cjs') && read(`/proc/${pid}/comm`).startsWith('node')
  );
}

function tasks(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** VmHWM of proc_pid_status(5), in bytes. */
function largest(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** The fields of proc_pid_stat(5) from the third on; none when the process is gone. */
function fieldsOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** Load averages, printed beside every figure. */
export function load() {
  return `load ${os
    .loadavg()
    .map((number) => number.toFixed(1))
    .join(' ')} on ${os.availableParallelism()} cores`;
}
