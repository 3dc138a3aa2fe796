import { connect } from './connect.ts';
import type { AnyStep, StepDefinition } from './definition.ts';
import { close, halfClose, reset } from './ending.ts';
import { expect } from './expect.ts';
import { note, parallel, repeat, sleep } from './flow.ts';
import { accept, listen } from './listen.ts';
import { pause, resume } from './pause.ts';
import { send } from './send.ts';
import { start } from './start.ts';
import { assume, check } from './state.ts';
import { stdin } from './stdin.ts';
import { restart, stop } from './stop.ts';

const ALL: readonly StepDefinition<never>[] = [
  start,
  stop,
  restart,
  pause,
  resume,
  stdin,
  connect,
  listen,
  accept,
  send,
  expect,
  halfClose,
  close,
  reset,
  check,
  assume,
  repeat,
  parallel,
  note,
  sleep,
] as never;

/** Every verb of the language, in the order of the reference. */
export const STEPS: ReadonlyMap<string, AnyStep> = new Map(ALL.map((step) => [step.verb, step]));
