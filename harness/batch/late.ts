import * as v from 'valibot';
import { parse } from 'yaml';
import { readInput } from '../base/read-input.ts';
import { UserError } from '../base/user-error.ts';
import type { LatePolicy, Report } from '../model/index.ts';
import { latePolicySchema } from '../spec/late-policy.ts';
import { suggest } from '../steps/scope.ts';
import type { Submission } from './types.ts';
import { instantOf, zoneName, zoneOf } from './zones.ts';

export type Late = NonNullable<Report['late']>;

/** Whether a submission came late: nothing when it did not, and `open` when that cannot be known. */
export type Lateness = { readonly late?: Late; readonly open?: string };

/** Longest policy, in bytes. */
const MOST_BYTES = 64 * 1024;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** When something is due for one student, later than for the others. */
export interface Extension {
  /** In ISO 8601. */
  readonly due?: string;
  /** Milliseconds after it is due for the others. */
  readonly by?: number;
}

/** What the policy takes off, or why that cannot be known: a mark of the source alone does not tell how late it was. */
export function latenessOf(
  { at, late }: Pick<Submission, 'at' | 'late'>,
  policy: LatePolicy | undefined,
  extension: Extension = {},
): Lateness {
  if (policy === undefined) return {};
  const due = extension.due ?? policy.due;
  if (due === undefined || at === undefined) {
    const unknown = due === undefined ? 'the due date' : 'the time of submission';
    const mark = late ? 'marked as late, but ' : '';
    return { open: `${mark}${unknown} is not known: nothing was taken off for being late` };
  }
  const zones = zonesOf(at, due, policy);
  if (zones === undefined)
    return {
      open: 'the due date states no zone, and the time of submission is one of UTC: nothing was taken off for being late. Write the zone into the due date, or `zone:` into the policy',
    };
  const by = instantOf(at, zones.at) - instantOf(due, zones.due) - (extension.by ?? 0);
  if (by <= policy.grace) return {};
  const extended = extension.due === undefined && extension.by === undefined ? '' : ' with the extension';
  const said = `Handed in ${duration(by)} after it was due${extended}`;
  if (policy.cutOff !== undefined && by > policy.cutOff)
    return {
      late: { percent: 100, summary: `${said}, later than anything counts (${duration(policy.cutOff)}).` },
    };
  const days = Math.ceil(by / DAY);
  const percent = Math.min(100, days * policy.percentPerDay);
  if (percent === 0) return { late: { percent, summary: `${said}.` } };
  const rule = `${policy.percentPerDay}% of the points possible for each day begun`;
  return { late: { percent, summary: `${said}: ${rule}.` } };
}

/**
 * The zones that two times are of where they state none: that of the other, else that of the policy. Undefined where one
 * is an instant and it is not known which instant the other is; never that of this machine, on which no grade may depend.
 */
function zonesOf(
  at: string,
  due: string,
  { zone }: LatePolicy,
): { readonly at: string | undefined; readonly due: string | undefined } | undefined {
  const stated = zoneOf(at);
  // An instant in UTC says nothing of the clocks where the course is.
  const local = stated === 'Z' ? undefined : stated;
  const ofDue = zoneOf(due) ?? zone ?? local;
  if (stated !== undefined && ofDue === undefined) return undefined;
  return { at: stated ?? zoneOf(due) ?? zone, due: ofDue };
}

/**
 * Says of which zone the times of submission were taken to be, and who says so; undefined where nothing depends on it.
 */
export function zonesUsed(
  submissions: readonly Pick<Submission, 'at'>[],
  policy: LatePolicy | undefined,
): string | undefined {
  if (policy?.due === undefined) return undefined;
  const ofDue = zoneOf(policy.due);
  const used = submissions.flatMap(({ at }) => {
    if (at === undefined) return [];
    const stated = zoneOf(at);
    if (stated !== undefined) return [`${zoneName(stated)}, as the download states`];
    if (ofDue !== undefined)
      return [`${zoneName(ofDue)}, the zone of the due date, since the download states none`];
    if (policy.zone !== undefined)
      return [
        `${zoneName(policy.zone)}, the zone of the policy, since nothing else states one that is known`,
      ];
    return ['the same zone as the due date: neither states one'];
  });
  const kinds = [...new Set(used)];
  return kinds.length === 0 ? undefined : `taken to be of ${kinds.join('; some of ')}`;
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
  const bytes = readInput(file, MOST_BYTES);
  if (typeof bytes === 'string') return fail(`can't be read: ${bytes}`);
  let written: unknown;
  try {
    written = parse(bytes.toString('utf8'));
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
