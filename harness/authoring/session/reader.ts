import { parseDocument } from 'yaml';
import type { Plan } from '../../model/index.ts';
import type { Diagnostic } from '../../spec/diagnostic.ts';
import { type Assignment, type ReadOptions, readAssignment } from '../../spec/read.ts';
import { insertScenario, type NewScenario, scenarioLines } from './insert.ts';
import { flow } from './step-text.ts';

/** The id of the scenario while it grows; a file has no other of this name. */
const GROWING = 'what-is-recorded-now';

/** Turns steps that are written one after another into steps that can be run, in the place that they will have. */
export class StepReader {
  readonly text: string;
  readonly #options: ReadOptions;
  /** The program of which something is said in the end, so that there is something to fail. */
  program = '';
  readonly #around: readonly string[];

  /** `text` is the specification that they will stand in, which is right. */
  constructor(text: string, options: ReadOptions) {
    this.text = text;
    this.#options = options;
    this.#around = ['setup', 'cleanup'].filter((key) =>
      new RegExp(`^\\s+${key}:|[{,]\\s*${key}:`, 'm').test(text),
    );
  }

  /** The assignment before anything is added to it, and an empty plan; or what is wrong with it. */
  begin():
    | { readonly assignment: Assignment; readonly plan: Plan }
    | { readonly diagnostics: readonly Diagnostic[] } {
    const program = this.#someProgram();
    const steps = [`start: ${program}`, `check: { program: ${program}, is: running }`];
    const text = this.withScenario({ id: GROWING, title: 'growing', steps }) ?? this.text;
    const assignment = readAssignment(text, this.#options);
    if ('diagnostics' in assignment) return assignment;
    const [plan] = assignment.plans.get(GROWING) ?? [];
    return plan ? { assignment, plan: { ...plan, steps: [] } } : { diagnostics: [] };
  }

  /** A program of the file, or of one that it extends. */
  #someProgram(): string {
    const written: unknown = parseDocument(this.text).toJS();
    const own = (written as { readonly programs?: object } | null)?.programs ?? {};
    const [name] = Object.keys(own);
    if (name !== undefined) return name;
    const read = readAssignment(this.text, this.#options);
    return 'diagnostics' in read ? 'server' : (Object.keys(read.spec.programs)[0] ?? 'server');
  }

  /** The plan of some steps, or what is wrong with them and how to fix it. */
  plan(steps: readonly string[]): Plan | { readonly problem: string } {
    // A scenario that checks nothing is refused, which this one may still do: what is added here is never run.
    const starts = new RegExp(`^start: (\\{.*\\bprogram: )?${this.program}\\b`);
    const start = steps.some((step) => starts.test(step)) ? [] : [`start: ${this.program}`];
    const added = [...start, `check: { program: ${this.program}, is: running }`];
    const all = [...steps, ...added];
    const text = this.withScenario({ id: GROWING, title: 'growing', steps: all });
    if (text === undefined)
      return { problem: 'the scenarios of this file are written in braces, to which none can be added' };
    const read = readAssignment(text, this.#options);
    if ('diagnostics' in read) {
      const [first] = read.diagnostics.filter(({ severity }) => severity === 'error');
      return { problem: [first?.message, first?.fix].filter((part) => part !== undefined).join(': ') };
    }
    const plan = read.plans.get(GROWING)?.[0];
    return plan
      ? { ...plan, steps: plan.steps.slice(0, -added.length) }
      : { problem: 'nothing can be planned' };
  }

  /** The file with a scenario more; nothing where none can be added. */
  withScenario(scenario: NewScenario): string | undefined {
    const lines = scenarioLines(scenario, flow);
    // What the file does around all scenarios was not done around this one.
    const own = this.#around.map((key) => `  ${key}: []`);
    return insertScenario(this.text, [...lines.slice(0, 2), ...own, ...lines.slice(2)]);
  }
}
