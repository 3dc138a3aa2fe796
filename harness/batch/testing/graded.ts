import { defined } from '../../base/defined.ts';
import type { Manifest } from '../manifest.ts';
import type { Result } from '../result.ts';
import type { Student, Submission } from '../types.ts';

/** A submission as intake leaves it. */
export function submission(id: string, ...students: Student[]): Submission {
  return {
    id,
    students,
    from: id,
    late: false,
    earlier: [],
    files: 1,
    sha256: id,
    gist: id,
    refused: [],
    renamed: [],
  };
}

/** A result of `points` out of 4, in two scenarios; `open` says why it has no grade. */
export function result(id: string, points: number, open?: string): Result {
  return {
    id,
    key: id,
    status: points === 4 ? 'pass' : 'fail',
    points,
    maxPoints: 4,
    scenarios: [
      { id: 'one', status: points > 0 ? 'pass' : 'fail', points: Math.min(points, 2), ms: 1 },
      {
        id: 'two',
        status: open === undefined ? 'pass' : 'inconclusive',
        points: Math.max(0, points - 2),
        ms: 1,
      },
    ],
    again: true,
    isolation: 'full',
    ms: 2,
    ...defined({ open }),
  };
}

/** What a batch knows of such submissions. */
export function manifestOf(submissions: readonly Submission[], more: Partial<Manifest> = {}): Manifest {
  return {
    schema: 'socket-grader/batch/v1',
    grader: { version: '1' },
    spec: { title: 'Echo server', file: 'echo.grade.yaml', fingerprint: 'f' },
    settings: {},
    isolation: { level: 'full', lost: [] },
    source: 'plain',
    scenarios: ['one', 'two'].map((id) => ({ id, title: id, points: 2, visibility: 'visible' })),
    submissions,
    refused: [],
    elsewhere: [],
    lateness: {},
    keys: Object.fromEntries(submissions.map(({ id }) => [id, id])),
    ...more,
  };
}
