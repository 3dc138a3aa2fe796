import type { ScenarioSpec, Verdict } from '../../model/index.ts';
import { TextSetter } from '../../report/text.ts';
import { traceLines } from '../../report/trace-text.ts';

/** Everything that the screen shows. */
export interface WatchState {
  readonly title: string;
  readonly scenarios: readonly ScenarioSpec[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly running: ReadonlySet<string>;
  /** The scenario of which more is shown. */
  readonly selected: string | undefined;
  readonly trace: boolean;
  /** What has changed last, or what is wrong with the specification. */
  readonly note: string;
}

export interface ScreenStyle {
  readonly width: number;
  readonly height: number;
  readonly colour: boolean;
}

const SIGNS = { pass: '✓', fail: '✗', inconclusive: '?', skip: '-' } as const;
const COLOURS = { pass: 'green', fail: 'red', inconclusive: 'red', skip: 'dim' } as const;
const KEYS = 'a all   ↑↓ choose   enter this one   t trace   q quit';

/** The lines of the screen, no more than it has: rows stay where they are, whatever happens. */
export function screenLines(state: WatchState, { width, height, colour }: ScreenStyle): string[] {
  const setter = new TextSetter(width, colour);
  const rows = state.scenarios.map(({ id, title, points }) => {
    const verdict = state.verdicts.get(id);
    const sign = verdict ? setter.style(COLOURS[verdict.status], SIGNS[verdict.status]) : '·';
    const runs = state.running.has(id) ? '…' : ' ';
    const mark = state.selected === id ? '›' : ' ';
    const worth = `${verdict?.points ?? 0}/${points}`;
    return `${mark} ${sign}${runs} ${setter.fit(id, 24)} ${setter.fit(title, Math.max(10, width - 44))} ${worth.padStart(7)}`;
  });
  const head = [setter.style('bold', ` ${state.title}`), ` ${state.note.split('\n')[0] ?? ''}`, ''];
  const foot = ['', setter.style('dim', ` ${KEYS}`)];
  const room = Math.max(0, height - head.length - foot.length - 1);
  const shown = rows.slice(0, room);
  const details = detailLines(state, setter).slice(0, Math.max(0, room - shown.length - 1));
  const filled = Array.from({ length: Math.max(0, room - shown.length - details.length - 1) }, () => '');
  return [...head, ...shown, '', ...details, ...filled, ...foot].slice(0, height);
}

function detailLines(
  { note, verdicts, selected, trace, scenarios }: WatchState,
  setter: TextSetter,
): string[] {
  if (note.includes('\n')) return note.split('\n').slice(1);
  const failed = scenarios.find(({ id }) =>
    ['fail', 'inconclusive'].includes(verdicts.get(id)?.status ?? ''),
  );
  const verdict = verdicts.get(selected ?? failed?.id ?? '');
  if (!verdict) return [];
  const findings = verdict.findings.flatMap(({ summary, expected, actual, evidence, hint }) => [
    ...setter.labelled(2, setter.style('red', '✗'), 2, summary),
    ...(expected === undefined ? [] : setter.labelled(4, 'expected', 9, expected)),
    ...(actual === undefined ? [] : setter.labelled(4, 'got', 9, actual)),
    ...evidence.flatMap((line) => setter.labelled(6, '', 0, line)),
    ...(hint === undefined ? [] : setter.labelled(4, 'hint', 9, hint)),
  ]);
  const last = verdict.runs.at(-1)?.trace;
  const events = trace && last ? ['', ...traceLines(last).map((line) => line.slice(0, setter.width))] : [];
  return [setter.style('bold', `  ${verdict.id}`), ...findings, ...events];
}

/** The same for what is no terminal: one line a scenario. */
export function plainLines(verdicts: readonly Verdict[]): string[] {
  return verdicts.map(
    ({ id, status, findings }) =>
      `${status} ${id}${status === 'pass' ? '' : `: ${findings[0]?.summary ?? ''}`}`,
  );
}
