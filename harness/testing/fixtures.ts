import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Finding, Report } from '../model/index.ts';

/** What a fixture must get from one specification. */
export interface Expected {
  readonly params?: Readonly<Record<string, string>>;
  readonly scenarios: Readonly<Record<string, string>>;
  /** A fragment that the first finding of a scenario must hold. */
  readonly shows?: Readonly<Record<string, string>>;
}

/** One sample submission and one specification to grade it by. */
export interface FixtureCase {
  readonly name: string;
  readonly folder: string;
  readonly spec: string;
  readonly about: string;
  readonly expected: Expected;
}

/** The settings of a case as the grader takes them: YAML has numbers, too. */
export function paramsOf({ params = {} }: Expected): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}

/** Whether all samples are asked for where tests choose some of them. */
export const ALL_SAMPLES = process.env.SAMPLES === 'all';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Every sample submission of a folder with every specification that it is graded by. */
export function fixtureCases(base = path.join(ROOT, 'fixtures')): FixtureCase[] {
  const folders = readdirSync(base, { withFileTypes: true })
    // Hostile ones are for the tests of isolation alone.
    .filter((entry) => entry.isDirectory() && !['abuse', 'causes'].includes(entry.name))
    .flatMap((kind) => readdirSync(path.join(base, kind.name)).map((name) => path.join(kind.name, name)));
  return folders.flatMap((name) => {
    const file = parse(readFileSync(path.join(base, name, 'expected.yaml'), 'utf8')) as {
      about: string;
      specs: Record<string, Expected>;
    };
    return Object.entries(file.specs).map(([spec, expected]) => ({
      name,
      folder: path.join(base, name),
      spec: path.join(ROOT, 'specs', `${spec}.grade.yaml`),
      about: file.about,
      expected,
    }));
  });
}

/** One scenario that did not get the verdict that it must get. */
export interface Disagreement {
  readonly id: string;
  /** Nothing wrong was said, only nothing. */
  readonly inconclusive: boolean;
  readonly text: string;
}

/** Everything that a report says against what was expected, a line each. */
export function disagreements(expected: Expected, report: Report): string[] {
  return compare(expected, report).map(({ text }) => text);
}

/** The same by scenario. */
export function compare(expected: Expected, report: Report): Disagreement[] {
  const got = new Map(report.scenarios.map((verdict) => [verdict.id, verdict]));
  const ids = new Set([...Object.keys(expected.scenarios), ...got.keys()]);
  return [...ids].flatMap((id): Disagreement[] => {
    const verdict = got.get(id);
    const wanted = expected.scenarios[id];
    const first = verdict?.findings[0];
    if (verdict?.status !== wanted) {
      const text = `${id}: ${wanted} expected, got ${verdict?.status}${first ? `: ${first.summary}` : ''}`;
      return [{ id, inconclusive: verdict?.status === 'inconclusive', text }];
    }
    const fragment = expected.shows?.[id];
    if (fragment === undefined || textOf(first).includes(fragment)) return [];
    const text = `${id}: the finding does not show "${fragment}": ${textOf(first)}`;
    return [{ id, inconclusive: false, text }];
  });
}

function textOf(finding: Finding | undefined): string {
  if (!finding) return '';
  return [finding.summary, finding.expected, finding.actual, ...finding.evidence, finding.hint]
    .filter(Boolean)
    .join('\n');
}
