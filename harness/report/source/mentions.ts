import type { Finding, Report, RunVerdict, Verdict } from '../../model/index.ts';

/** A line of a file that was handed in, and the finding that names it. */
export interface Mention {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly scenario: string;
  readonly finding: Finding;
}

/** How compilers, interpreters and the grader name a line: Python, then PHP and Perl, then everybody else. */
const PLACES = [
  /File "([^"\n]{1,300})", line (\d{1,7})/g,
  /([\w./+@\\-]{1,300}\.\w{1,8}),? (?:on )?line (\d{1,7})/g,
  /([\w./+@\\-]{1,300}\.\w{1,8}):(\d{1,7})\b/g,
];
/** Most characters of a program's or compiler's output that are searched. */
const MOST_OUTPUT = 64 * 1024;
/** Most lines that are taken from the findings of a scenario. */
const MOST_OF_SCENARIO = 12;

/**
 * Finds the lines that findings name, in the files with these names. Where a finding itself names none, what the program
 * printed to its standard error counts, and for a program that could not be built what the compiler said.
 */
export function mentionedLines(report: Report, names: readonly string[]): readonly Mention[] {
  const find = fileFinder(names);
  const failed = (report.build ?? [])
    .filter(({ ok }) => !ok)
    .map(({ output }) => output.slice(0, MOST_OUTPUT));
  return report.scenarios.flatMap((verdict, at) => ofScenario(verdict, find, at === 0 ? failed : []));
}

type Find = (text: string) => readonly { readonly file: string; readonly line: number }[];

function ofScenario(verdict: Verdict, find: Find, builds: readonly string[]): readonly Mention[] {
  const { findings, id: scenario, runs } = verdict;
  const mentions = findings.flatMap((finding) =>
    find([finding.summary, finding.actual ?? '', ...finding.evidence].join('\n')).map(
      (place): Mention => ({ ...place, scenario, finding }),
    ),
  );
  const [finding] = findings;
  if (finding === undefined || mentions.length > 0) return distinct(mentions).slice(0, MOST_OF_SCENARIO);
  const printed = [...builds, ...runs.filter(({ status }) => status !== 'pass').flatMap(errorOutput)];
  const places = printed.flatMap((text) => find(text));
  return distinct(places.map((place) => ({ ...place, scenario, finding }))).slice(0, MOST_OF_SCENARIO);
}

/**
 * What the programs of a run had printed to their standard error when the finding was made: what they print when they are
 * ended, or after what went wrong, names other lines.
 */
function errorOutput({ trace, findings: [finding] }: RunVerdict): readonly string[] {
  const teardown = trace.events.findIndex((event) => event.type === 'signal' && event.reason === 'teardown');
  const end = finding?.event ?? (teardown === -1 ? trace.events.length : teardown);
  const lengths = new Map<string, number>();
  for (const event of trace.events.slice(0, end + 1))
    if (event.type === 'output' && event.stream === 'stderr')
      lengths.set(`${event.program}#${event.instance}.stderr`, event.offset + event.length);
  return [...lengths].map(([name, length]) =>
    Buffer.from(trace.streams[name]?.base64.slice(0, MOST_OUTPUT) ?? '', 'base64').toString(
      'utf8',
      0,
      length,
    ),
  );
}

function distinct(mentions: readonly Mention[]): readonly Mention[] {
  const known = new Set<string>();
  return mentions.filter(({ file, line, finding }) => {
    const key = JSON.stringify([file, line, finding.summary]);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Finds the places that a text names: a path counts when it ends in the name of a file, a bare name when only one has it. */
function fileFinder(names: readonly string[]): Find {
  const byBase = new Map<string, string[]>();
  for (const name of names) {
    const base = baseOf(name);
    byBase.set(base, [...(byBase.get(base) ?? []), name]);
  }
  const fileOf = (written: string) => {
    const plain = written.replaceAll('\\', '/');
    const same = byBase.get(baseOf(plain)) ?? [];
    const exact = same.filter((name) => plain === name || plain.endsWith(`/${name}`));
    const [best] = exact.toSorted((a, b) => b.length - a.length);
    return best ?? (same.length === 1 ? same[0] : undefined);
  };
  return (text) =>
    PLACES.flatMap((pattern) =>
      [...text.matchAll(pattern)].flatMap(([, written = '', line = '']) => {
        const file = fileOf(written);
        return file === undefined || Number(line) === 0 ? [] : [{ file, line: Number(line) }];
      }),
    );
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
