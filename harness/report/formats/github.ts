import { plainLine } from '../../base/plain.ts';
import type { Report, Verdict } from '../../model/index.ts';
import { type Account, accounts } from '../account.ts';
import type { RenderOptions } from './format.ts';
import { markdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';

/** GitHub shows this many annotations of one kind for a step and drops the rest. */
const MOST_ANNOTATIONS = 10;
/** A step summary may have 1 MiB. */
const SUMMARY_BYTES = 900_000;

/**
 * What GitHub Actions reads from standard output: annotations, and then the report for people between stop-commands, so
 * that nothing a student's program printed is taken for a command to the runner.
 */
export function renderGithub(report: Report, options: RenderOptions): string {
  const texts = accounts(report);
  const all = report.scenarios.map((verdict, index) => ({ verdict, account: texts[index] }));
  const lines = [
    ...annotations(
      'error',
      all.filter(({ verdict }) => verdict.status === 'fail'),
      options,
    ),
    ...annotations(
      'warning',
      all.filter(({ verdict }) => verdict.status === 'inconclusive'),
      options,
    ),
  ];
  if (options.token !== undefined && /^\w{16,}$/.test(options.token)) {
    const text = renderTerminal(report, options);
    lines.push(`::stop-commands::${options.token}`, text, `::${options.token}::`);
  }
  return `${lines.join('\n')}\n`;
}

/** The report for a step summary, `$GITHUB_STEP_SUMMARY`. */
export function renderGithubSummary(report: Report, { audience }: RenderOptions): string {
  return markdown(report, { audience: audience ?? 'student', most: SUMMARY_BYTES });
}

interface Annotated {
  readonly verdict: Verdict;
  readonly account: Account | undefined;
}

function annotations(
  level: 'error' | 'warning',
  all: readonly Annotated[],
  { env = {} }: RenderOptions,
): string[] {
  const shown = all.length > MOST_ANNOTATIONS ? all.slice(0, MOST_ANNOTATIONS - 1) : all;
  const more = all.length - shown.length;
  return [
    ...shown.map(({ verdict, account }) => {
      const title = plainLine(`${verdict.id}: ${verdict.title}`, 200);
      const properties = { ...place(verdict, env.GITHUB_WORKSPACE), title };
      return command(level, properties, account?.text || title);
    }),
    ...(more > 0 ? [command(level, { title: `${more} more` }, `${more} more in the summary`)] : []),
  ];
}

/** The step in the specification, when that is a file of the repository that is checked out. */
function place({ findings }: Verdict, workspace: string | undefined): { file?: string; line?: string } {
  const step = findings[0]?.step;
  if (!step || !workspace) return {};
  const root = workspace.endsWith('/') ? workspace : `${workspace}/`;
  const file = step.file.startsWith(root) ? step.file.slice(root.length) : step.file;
  if (file.startsWith('/') || file.startsWith('../../') || file.includes('node_modules/')) return {};
  return { file: plainLine(file), line: String(step.line) };
}

function command(level: string, properties: Readonly<Record<string, string>>, message: string): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${level} ${list.join(',')}::${escapeData(message)}`;
}

/** A message of a workflow command, as the runner's toolkit escapes it. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a workflow command. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
