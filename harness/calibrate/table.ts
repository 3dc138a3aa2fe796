import { TextSetter } from '../report/text.ts';
import { fitted } from './difference.ts';
import {
  alike,
  type Calibration,
  catchNothing,
  type Flicker,
  isSound,
  type MutantRow,
  notTried,
  type Outcome,
  place,
  withOutcome,
} from './result.ts';

const SIGNS: Readonly<Record<Outcome, string>> = { caught: '✓', survived: '✗', unsure: '?', harmless: '·' };
/** One letter a scenario, so that a row fits on a line. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const NAME_WIDTH = 26;
/** Lines of one change that are shown. */
const MOST_LINES = 12;

export interface TableOptions {
  readonly width: number;
  readonly colour: boolean;
}

/** A calibration for a terminal. */
export function renderTable(calibration: Calibration, { width, colour }: TableOptions): string {
  const setter = new TextSetter(width, colour);
  const lines = [
    '',
    setter.style('bold', `  ${calibration.title}: is its specification right, and does it stay right?`),
    '',
    ...referenceLines(calibration, setter),
    ...calibration.flickers.flatMap((flicker) => flickerLines(flicker, setter)),
    ...mutantLines(calibration, setter),
    ...survivorLines(calibration, setter),
    ...remarks(calibration, setter),
    '',
    setter.style(isSound(calibration) ? 'green' : 'red', `  ${resultLine(calibration)}`),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** The result in one line. */
export function resultLine(calibration: Calibration): string {
  const caught = withOutcome(calibration, 'caught').length;
  const counted = withOutcome(calibration, 'caught', 'survived', 'unsure').length;
  const harmless = withOutcome(calibration, 'harmless').length;
  return [
    `${calibration.flickers.length === 0 ? 'the reference never flickered' : `the reference went wrong ${calibration.flickers.length} times`}`,
    calibration.mutants.length === 0 ? 'no mutants were tried' : `${caught} of ${counted} mutants caught`,
    ...(harmless > 0 ? [`${harmless} may survive`] : []),
    ...(calibration.interrupted ? ['interrupted'] : []),
  ].join(' · ');
}

function referenceLines({ reference, rounds }: Calibration, setter: TextSetter): string[] {
  const time = (values: readonly number[]) =>
    `${values.length === 0 ? '-' : `${middle(values)}/${Math.max(...values)}`} ms`.padStart(16);
  return [
    `${`    Reference solution, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} each`.padEnd(37)}${'idle'.padStart(17)}${'under load'.padStart(16)}`,
    ...reference.map(({ id, points, status, idle, loaded }, index) => {
      const right = status === 'pass' ? setter.style('green', '✓') : setter.style('red', '✗');
      // A scenario for no points may fail, as long as it always does.
      const sign = points === 0 && status !== 'pass' ? setter.style('dim', '·') : right;
      return `  ${sign} ${LETTERS[index] ?? ' '} ${setter.fit(id, NAME_WIDTH + 10)}${time(idle)}${time(loaded)}`;
    }),
    `    ${setter.style('dim', 'median/longest')}`,
  ];
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function flickerLines(flicker: Flicker, setter: TextSetter): string[] {
  const { scenario, round, loaded, status, again, step, summary } = flicker;
  const how = again ? 'passed only the second time' : status;
  const when = `round ${round}${loaded ? ' under load' : ' idle'}`;
  const where = place(step);
  const text = `${scenario}, ${when}: ${how}${where === '' ? '' : `, at ${where}`}. ${summary}`;
  return setter.labelled(2, setter.style('red', '✗'), 2, text);
}

function mutantLines({ mutants, reference }: Calibration, setter: TextSetter): string[] {
  if (mutants.length === 0) return [];
  const gap = 4 + NAME_WIDTH + 2 * reference.length > setter.width ? '' : ' ';
  const head = reference.map((_, index) => LETTERS[index] ?? '?').join(gap);
  return [
    '',
    `    ${setter.fit('Mutants, and what catches them', NAME_WIDTH + 4)}${head}`,
    ...alike(mutants).map((rows) => {
      const [mutant] = rows;
      const isIn = (list: MutantRow['by'], id: string) => list.some(({ scenario }) => scenario === id);
      const marks = reference.map(({ id }) =>
        isIn(mutant.by, id) ? 'x' : isIn(mutant.undecided, id) ? '?' : '·',
      );
      const name = rows.length === 1 ? mutant.name : `${mutant.kind}, ${rows.length} places`;
      return `  ${sign(mutant, setter)} ${setter.fit(name, NAME_WIDTH + 4)}${marks.join(gap)}`;
    }),
  ];
}

function times(tries: number): string {
  return tries === 1 ? 'once' : `${tries} times`;
}

function sign({ outcome }: MutantRow, setter: TextSetter): string {
  const colour = outcome === 'caught' ? 'green' : outcome === 'harmless' ? 'dim' : 'red';
  return setter.style(colour, SIGNS[outcome]);
}

function survivorLines(calibration: Calibration, setter: TextSetter): string[] {
  const rows = withOutcome(calibration, 'survived', 'unsure', 'harmless');
  if (rows.length === 0) return [];
  const words = (row: MutantRow) => {
    if (row.outcome === 'harmless') return `It may: ${row.reason}.`;
    if (row.outcome === 'unsure') {
      const why = row.undecided.slice(0, 3).map(({ scenario, summary }) => `${scenario}: ${summary}`);
      return `Graded ${times(row.tries)}, it was not caught each time by the same scenario. ${why.join(' ')}`;
    }
    return `Graded ${times(row.tries)}, no scenario catches it: add one that does, or allow it with a reason.`;
  };
  return [
    '',
    '    Mutants that survive',
    ...alike(rows).flatMap((group) => {
      const [row] = group;
      return [
        `  ${sign(row, setter)} ${setter.style('bold', group.map(({ name }) => name).join(', '))}`,
        ...setter.labelled(4, '', 0, `${row.about} ${words(row)}`),
        ...group.flatMap(({ change }) => [
          ...fitted(change, setter.width - 6)
            .slice(0, MOST_LINES)
            .map((line) => setter.style('dim', `      ${line}`)),
        ]),
      ];
    }),
  ];
}

function remarks(calibration: Calibration, setter: TextSetter): string[] {
  const idle = calibration.mutants.length === 0 ? [] : catchNothing(calibration);
  const dropped = notTried(calibration);
  const { none } = calibration;
  return [
    ...(none === undefined ? [] : ['', ...setter.labelled(4, '', 0, `No mutants were made: ${none}.`)]),
    ...(idle.length === 0 ? [] : ['', ...setter.labelled(4, '', 0, `Catches nothing: ${idle.join(', ')}.`)]),
    ...(dropped.length === 0 ? [] : ['', ...setter.labelled(4, '', 0, `Not tried: ${dropped.join('; ')}.`)]),
  ];
}
