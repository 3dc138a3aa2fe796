import { createHash } from 'node:crypto';
import type { GradeRow } from '../gradebook/row.ts';
import { basisNow, type PlacedLine } from './place-lines.ts';

/** What people have decided about one submission. */
export interface OwnDecisions {
  readonly id: string;
  /** By scenario, and under `undefined` about the whole: of several lines the last, which counts. */
  readonly lines: ReadonlyMap<string | undefined, PlacedLine>;
  /** The same with those that do not count, in the order of the table. */
  readonly every: readonly PlacedLine[];
  /** Decisions about single members of a group, which are made in the table only. */
  readonly ofMembers: readonly PlacedLine[];
  readonly note: string;
  /** What a decision rests on now; undefined as long as there is no result. */
  readonly basis: string | undefined;
  /** Different as soon as one of these lines, or what they rest on, is. */
  readonly version: string;
}

/** Picks the decisions about a submission; `found` are the rows as the grader found them. */
export function ownDecisions(
  id: string,
  { found, placed }: { readonly found: readonly GradeRow[]; readonly placed: readonly PlacedLine[] },
): OwnDecisions {
  const rows = found.filter(({ submission }) => submission.id === id);
  const isOwn = ({ line, targets }: PlacedLine) =>
    line.student === id || (targets.length > 0 && rows.every((row) => targets.includes(row)));
  const own = placed.filter(isOwn);
  const ofMembers = placed.filter(
    (one) => !isOwn(one) && one.targets.some(({ submission }) => submission.id === id),
  );
  const [first] = rows;
  const basis = first === undefined ? undefined : basisNow(first);
  const said = own.map(({ line: { student, scenario, points, comment, by, at, note, basis: on } }) => [
    ...[student, scenario ?? null, points ?? null, comment],
    ...[by, at, note, on],
  ]);
  return {
    id,
    lines: new Map(own.map((one) => [one.line.scenario, one])),
    every: own,
    ofMembers,
    note: own.map(({ line }) => line.note).findLast((note) => note !== '') ?? '',
    basis,
    version: createHash('sha256')
      .update(JSON.stringify([basis ?? null, said]))
      .digest('hex')
      .slice(0, 16),
  };
}
