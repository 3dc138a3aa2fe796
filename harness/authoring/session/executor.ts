import type { JsonObject, Plan } from '../../model/index.ts';
import type { LiveRun } from '../../run/live-run.ts';
import type { Effect } from '../../steps/effect.ts';
import { effectsOf } from '../../steps/index.ts';
import type { StepOutcome } from '../../steps/replay.ts';
import type { StepReader } from './reader.ts';
import { stepText, type WrittenStep } from './step-text.ts';

/** A step that was done and is to be kept. */
export interface Entry {
  readonly step: WrittenStep;
  /** For a message that came: from where, and what it was. */
  readonly received?: { readonly conn: string; readonly bytes: Buffer };
  /** How many planned steps it stands for. */
  readonly count: number;
  readonly effects: readonly Effect[];
}

/** Does written steps one by one on a live run, and keeps those that went well. */
export class Executor {
  readonly entries: Entry[] = [];
  readonly run: LiveRun;
  readonly #reader: StepReader;

  constructor(run: LiveRun, reader: StepReader) {
    this.run = run;
    this.#reader = reader;
  }

  /** Connections that are open as far as the steps go: those that are closed by the program count until they are closed here. */
  get open(): readonly string[] {
    const open = new Set<string>();
    for (const effect of this.entries.flatMap(({ effects }) => effects)) {
      if (effect.kind === 'opens') open.add(effect.conn);
      if (effect.kind === 'closes') open.delete(effect.conn);
    }
    return [...open];
  }

  /** Arguments with the connection that is meant, unless it goes without saying. */
  on(conn: string, args: JsonObject): JsonObject {
    return this.open.length === 1 ? args : { on: conn, ...args };
  }

  /** Does a step. What is wrong with it, or what it found, is returned; then it is not kept. */
  async do(step: WrittenStep, received?: Entry['received']): Promise<string | undefined> {
    const planned = this.#plan(step);
    if ('problem' in planned) return planned.problem;
    const before = this.entries.reduce((sum, { count }) => sum + count, 0);
    const fresh = planned.steps.slice(before);
    let outcome: StepOutcome | undefined;
    for (const one of fresh) {
      outcome = await this.run.step(one);
      if (outcome && outcome.outcome.status !== 'pass') return describe(outcome);
    }
    this.entries.push({
      step,
      count: fresh.length,
      effects: fresh.flatMap(effectsOf),
      ...(received ? { received } : {}),
    });
    return undefined;
  }

  /** Does a step that is not to be kept; whether it went well. */
  async probe(step: WrittenStep): Promise<boolean> {
    const wrong = await this.do(step);
    if (wrong === undefined) this.entries.pop();
    return wrong === undefined;
  }

  #plan(step: WrittenStep): Plan | { readonly problem: string } {
    return this.#reader.plan([...this.entries.map((entry) => stepText(entry.step)), stepText(step)]);
  }
}

function describe({ outcome }: StepOutcome): string {
  if (outcome.status === 'pass') return '';
  const { summary, evidence = [] } = outcome.found;
  return [summary, ...evidence].join('\n  ');
}
