// A clock for guards: it goes slower the more the machine is shared, and stands still while the machine or this process does.
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Milliseconds between two readings. */
const EVERY = 250;
/** The most that passes between two readings: more means that this process was not scheduled, or was busy itself. */
const MOST = 2 * EVERY;

let fair = 0;
let last = performance.now();
let timer;
const clocks = new Set();

/** The share of the machine that each runnable thread gets now, from 0 to 1. */
export function shareNow() {
  const cores = os.availableParallelism();
  return Math.min(1, cores / Math.max(1, runnable()));
}

/** Threads that run or want to: the fourth field of proc(5)'s loadavg; elsewhere the mean of the last minute. */
function runnable() {
  try {
    return Number(readFileSync('/proc/loadavg', 'latin1').split(' ')[3]?.split('/')[0]);
  } catch {
    return os.loadavg()[0] ?? 1;
  }
}

function read() {
  const now = performance.now();
  fair += Math.min(MOST, now - last) * shareNow();
  last = now;
  for (const clock of clocks) clock.check(fair);
}

/**
 * Calls back once so many milliseconds of fair time have passed, with what passed by the clock meanwhile. Returns what ends
 * the wait without calling back.
 */
export function afterFairTime(ms, expired) {
  const began = performance.now();
  if (clocks.size === 0) {
    last = began;
    timer = setInterval(read, EVERY);
    timer.unref();
  }
  const from = fair;
  const end = () => {
    clocks.delete(clock);
    if (clocks.size === 0) clearInterval(timer);
  };
  const clock = {
    check(now) {
      if (now - from < ms) return;
      end();
      expired(performance.now() - began);
    },
  };
  clocks.add(clock);
  return end;
}

/** "120 s of fair time (301 s by the clock)" */
export function describeFairTime(ms, byClock) {
  return `${Math.round(ms / 1000)} s of fair time (${Math.round(byClock / 1000)} s by the clock)`;
}
