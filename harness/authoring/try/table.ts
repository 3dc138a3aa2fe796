import { TextSetter } from '../../report/text.ts';
import {
  agreed,
  type Candidate,
  type Cell,
  catchNothing,
  type Outcome,
  outcomeOf,
  type TrialRow,
} from './trial.ts';

export interface TableStyle {
  readonly width: number;
  readonly colour: boolean;
}

const SIGNS = { pass: '✓', fail: '✗', inconclusive: '?', skip: '-' } as const;
const FLICKERS = '~';
/** One letter a scenario, so that a row fits on a line. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The table of programs against scenarios, row by row as they come. */
export class TrialTable {
  readonly #setter: TextSetter;
  readonly #width: number;
  readonly #name: number;
  readonly #scenarios: readonly string[];

  constructor(scenarios: readonly string[], candidates: readonly Candidate[], { width, colour }: TableStyle) {
    this.#setter = new TextSetter(width, colour);
    this.#width = width;
    this.#scenarios = scenarios;
    this.#name = Math.min(30, Math.max(...candidates.map(({ name }) => name.length)));
  }

  /** What the letters mean. */
  head(title: string, rounds: number): string {
    const each = `each program ${rounds === 1 ? 'once' : `${rounds} times`}`;
    const legend = this.#scenarios.map((id, index) => `${letter(index)}\u00a0${id}`);
    return text([
      '',
      this.#setter.style('bold', `  ${title}: ${each}`),
      '',
      // A letter and its scenario stay on one line.
      ...this.#setter.labelled(2, '', 0, legend.join('   ')).map((line) => line.replaceAll('\u00a0', ' ')),
      '',
      `  ${' '.repeat(8 + this.#name)}${this.#scenarios.map((_, index) => letter(index)).join(' ')}`,
    ]);
  }

  row(row: TrialRow): string {
    const setter = this.#setter;
    const marks = this.#scenarios.map((id) => this.#mark(row.cells.find(({ scenario }) => scenario === id)));
    const outcome = outcomeOf(row);
    const good = outcome === 'passes' || outcome === 'caught';
    const said = setter.style(good ? 'green' : 'red', row.unable ?? wordsOf(row, outcome));
    const name = setter.fit(row.name, this.#name);
    return `  ${row.right ? 'right' : 'wrong'}  ${name} ${row.unable === undefined ? `${marks.join(' ')}  ` : ''}${said}\n`;
  }

  #mark(cell: Cell | undefined): string {
    if (!cell) return ' ';
    const status = agreed(cell);
    if (status === undefined) return this.#setter.style('red', FLICKERS);
    return status === 'pass'
      ? SIGNS.pass
      : this.#setter.style(status === 'fail' ? 'red' : 'dim', SIGNS[status]);
  }

  /** What is not as it should be, and what is worth knowing. */
  foot(rows: readonly TrialRow[], seconds: number): string {
    const setter = this.#setter;
    const idle = catchNothing(rows);
    const wrong = rows.filter(({ right }) => !right).map(outcomeOf);
    const right = rows.filter((row) => row.right).map(outcomeOf);
    const parts = [
      `${count(right, 'passes')} of ${right.length} right ${right.length === 1 ? 'program passes' : 'programs pass'}`,
      ...(wrong.length === 0 ? [] : [`${count(wrong, 'caught')} of ${wrong.length} wrong ones caught`]),
    ];
    return text([
      '',
      ...rows.flatMap((row) => this.#details(row)),
      ...(idle.length === 0 ? [] : setter.labelled(2, '', 0, `Catches none of these: ${idle.join(', ')}.`)),
      setter.style(isSound(rows) ? 'green' : 'red', `  ${parts.join(' · ')} · ${seconds.toFixed(1)} s`),
      '',
    ]);
  }

  #details(row: TrialRow): string[] {
    const outcome = outcomeOf(row);
    const shown = row.cells.filter((cell) => {
      const status = agreed(cell);
      return status !== 'pass' && status !== 'skip' && (cell.counts || !row.right);
    });
    if (outcome === 'survives')
      return [
        ...this.#setter.labelled(
          2,
          this.#setter.style('red', '✗'),
          2,
          `${row.name}: no scenario fails it. Add one that does: socket-grader record.`,
        ),
        '',
      ];
    if (shown.length === 0) return [];
    const lines = shown.flatMap((cell) => {
      const status = agreed(cell);
      const how = status === undefined ? ` (${cell.statuses.join(', ')})` : '';
      return this.#setter.labelled(4, '', 0, `${cell.scenario}${how}: ${cell.summary ?? status ?? ''}`);
    });
    return [`  ${this.#setter.style('bold', row.name)}`.slice(0, this.#width + 20), ...lines, ''];
  }
}

function wordsOf(row: TrialRow, outcome: Outcome): string {
  if (outcome === 'caught') return 'caught';
  if (outcome === 'passes') return 'passes';
  if (outcome === 'survives') return 'passes, although it is wrong';
  if (outcome === 'fails') return 'fails, although it is right';
  if (outcome === 'flickers') return 'differs from round to round';
  return row.right ? 'could not be decided' : 'passes as far as could be decided';
}

function count(outcomes: readonly Outcome[], wanted: Outcome): number {
  return outcomes.filter((outcome) => outcome === wanted).length;
}

function letter(index: number): string {
  return LETTERS[index] ?? '*';
}

function text(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

/** Whether every right program passes, and every wrong one is caught. */
export function isSound(rows: readonly TrialRow[]): boolean {
  return rows.every((row) => ['passes', 'caught'].includes(outcomeOf(row)));
}
