import type { JsonObject } from '../model/index.ts';
import { accept } from './accept.ts';
import { assume } from './assume.ts';
import { check } from './check.ts';
import { close } from './close.ts';
import { connect } from './connect.ts';
import type { Step } from './definition.ts';
import type { Effect } from './effect.ts';
import { expect } from './expect/index.ts';
import { halfClose } from './half-close.ts';
import { inAnyOrder } from './in-any-order.ts';
import { link } from './link.ts';
import { listen } from './listen.ts';
import { note } from './note.ts';
import { parallel } from './parallel.ts';
import { pause } from './pause.ts';
import { relay } from './relay.ts';
import { repeat } from './repeat.ts';
import { reset } from './reset.ts';
import { restart } from './restart.ts';
import { resume } from './resume.ts';
import { send } from './send.ts';
import { serve } from './serve/index.ts';
import { sleep } from './sleep.ts';
import { sources } from './sources/index.ts';
import { start } from './start/index.ts';
import { starttls } from './starttls.ts';
import { stdin } from './stdin.ts';
import { stop } from './stop.ts';
import { unlisten } from './unlisten.ts';

const ALL: readonly Step[] = [
  start,
  stop,
  restart,
  pause,
  resume,
  stdin,
  connect,
  starttls,
  listen,
  accept,
  serve,
  relay,
  unlisten,
  send,
  expect,
  inAnyOrder,
  link,
  halfClose,
  close,
  reset,
  check,
  assume,
  sources,
  repeat,
  parallel,
  note,
  sleep,
];

/** Every verb of the language, in the order of the reference. */
export const STEPS: ReadonlyMap<string, Step> = new Map(ALL.map((step) => [step.verb, step]));

/** What a step does to programs, listeners and connections. */
export function effectsOf({
  verb,
  args,
}: {
  readonly verb: string;
  readonly args: JsonObject;
}): readonly Effect[] {
  return STEPS.get(verb)?.effects?.(args) ?? [];
}
