import type { Report } from '../model.ts';
import { renderJson } from './json.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

/** A way to write a report down. */
export interface ReportFormat {
  /** File name under the output folder when none is given; absent for what goes to standard output. */
  readonly file?: string;
  readonly about: string;
  render(report: Report, options: TerminalOptions): string;
}

/** Every format, by the name that `--report` takes. */
export const FORMATS: Readonly<Record<string, ReportFormat>> = {
  terminal: { about: 'for people, on standard output', render: renderTerminal },
  json: { file: 'report.json', about: 'for programs, with everything that happened', render: renderJson },
};
