import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse } from 'yaml';
import { UserError } from '../base/user-error.ts';
import type { LatePolicy, Report } from '../model/index.ts';
import { latePolicySchema } from '../spec/late-policy.ts';
import { suggest } from '../steps/scope.ts';
import type { Submission } from './types.ts';

export type Late = NonNullable<Report['late']>;

/** Whether a submission came late: nothing when it did not, and `open` when that can't be told. */
export type Lateness = { readonly late?: Late; readonly open?: string };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What the policy takes off, or why that can't be told: a mark of the source alone does not tell how late it was. */
export function latenessOf(
  { at, late }: Pick<Submission, 'at' | 'late'>,
  policy: LatePolicy | undefined,
): Lateness {
  if (policy === undefined) return {};
  if (policy.due === undefined || at === undefined) {
    const unknown = policy.due === undefined ? 'the due date' : 'the time of submission';
    const mark = late ? 'marked as late, but ' : '';
    return { open: `${mark}${unknown} is not known: nothing was taken off for being late` };
  }
  const by = Date.parse(at) - Date.parse(policy.due);
  if (by <= policy.grace) return {};
  const said = `Handed in ${duration(by)} after it was due`;
  if (policy.cutOff !== undefined && by > policy.cutOff)
    return {
      late: { percent: 100, summary: `${said}, later than anything counts (${duration(policy.cutOff)}).` },
    };
  const days = Math.ceil(by / DAY);
  const percent = Math.min(100, days * policy.percentPerDay);
  if (percent === 0) return {};
  const rule = `${policy.percentPerDay}% of the points possible for each day begun`;
  return { late: { percent, summary: `${said}: ${rule}.` } };
}

function duration(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE);
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ];
  return parts
    .filter(([number]) => number > 0)
    .map(([number, unit]) => `${number} ${unit}`)
    .join(' ');
}

/** Reads a policy from a file of its own: the map that a specification has under `late_policy`. */
export function readLatePolicy(file: string): LatePolicy {
  const fail = (what: string): never => {
    throw new UserError({
      where: file,
      what: `the late policy ${what}`,
      fix: 'Write for instance: {due: "2026-11-20T23:59:00+01:00", percent_per_day: 10, grace: 15m, cut_off: 3d}',
    });
  };
  let written: unknown;
  try {
    written = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`can't be read: ${(error as Error).message.split('\n')[0]}`);
  }
  const inner = (written as { late_policy?: unknown } | null)?.late_policy ?? written;
  const read = v.safeParse(latePolicySchema, inner);
  if (read.success) return read.output;
  // A key that is misspelt is also missing, which says less.
  const issue = read.issues.find(isUnknownKey) ?? read.issues[0];
  const key = String(issue.path?.at(-1)?.key ?? '');
  if (key === '') return fail(`is wrong: it ${issue.message}`);
  if (isUnknownKey(issue))
    return fail(`has an unknown key "${key}": ${suggest(key, Object.keys(latePolicySchema.entries))}`);
  return fail(issue.type === 'strict_object' ? `has no ${key}` : `is wrong: ${key} ${issue.message}`);
}

function isUnknownKey({ type, expected }: { readonly type: string; readonly expected: string | null }) {
  return type === 'strict_object' && expected === 'never';
}
