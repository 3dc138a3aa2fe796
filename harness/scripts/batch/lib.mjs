// What the measurements of `batch` share: a course of submissions, and a batch that is watched.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const MAIN = 'dist/cli/main.js';

/** A folder that is gone at the end. */
export function temporary() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'batch-measure-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts a batch; `result` has its output, the largest resident set of the orchestrator in bytes, and processor time in
 * seconds: of the orchestrator, of its workers, and of all together.
 */
export function startBatch(args) {
  const child = spawn(process.execPath, [MAIN, 'batch', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (bytes) => {
    stdout += bytes;
  });
  let peak = 0;
  let own = 0;
  let all = 0;
  const workers = new Map();
  const look = () => {
    peak = Math.max(peak, largest(child.pid));
    const orchestrator = times(child.pid);
    if (orchestrator === undefined) return;
    own = orchestrator.own;
    all = orchestrator.own + orchestrator.children;
    for (const pid of workerPids(child.pid)) workers.set(pid, times(pid)?.own ?? workers.get(pid) ?? 0);
  };
  const timer = setInterval(look, 25);
  const began = performance.now();
  const result = new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(timer);
      const seconds = (performance.now() - began) / 1000;
      resolve({
        code,
        signal,
        stdout,
        seconds,
        peak,
        own,
        all,
        workers: [...workers.values()].reduce((a, b) => a + b, 0),
      });
    });
  });
  return { child, result };
}

/** The processes below one that run our worker. */
function workerPids(above) {
  const found = [];
  const walk = (pid) => {
    for (const below of read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)) {
      if (
        read(`/proc/${below}/cmdline`).includes('/worker/main.js') &&
        read(`/proc/${below}/comm`).startsWith('node')
      )
        found.push(below);
      else walk(below);
    }
  };
  walk(above);
  return found;
}

/** VmHWM of proc_pid_status(5), in bytes. */
function largest(pid) {
  return Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Processor time of a process, and of its children that have ended (proc_pid_stat(5)), in seconds. */
function times(pid) {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === '') return undefined;
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { own: (fields[11] + fields[12]) / 100, children: (fields[13] + fields[14]) / 100 };
}

function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** Load averages, to be told beside every figure. */
export function load() {
  return `load ${os
    .loadavg()
    .map((number) => number.toFixed(1))
    .join(' ')} on ${os.availableParallelism()} cores`;
}
