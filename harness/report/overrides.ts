import type { Report } from '../model/index.ts';

/** What staff have set instead of what the grader found, and what they say to the student, a line each. */
export function overrideLines({
  overrides = [],
  comments = [],
  scenarios,
}: Pick<Report, 'overrides' | 'comments' | 'scenarios'>): readonly string[] {
  const titleOf = ({ scenario, title }: Pick<Comment, 'scenario' | 'title'>) =>
    title ?? scenarios.find(({ id }) => id === scenario)?.title ?? scenario;
  const set = overrides.map((one) => {
    const { points, maxPoints, comment } = one;
    const title = titleOf(one);
    const what = title === undefined ? 'the grade' : `"${title}"`;
    return `Set by staff${authorOf(one)}: ${points} of ${maxPoints} points for ${what}.${comment === '' ? '' : ` ${comment}`}`;
  });
  const said = comments.map((one) => {
    const title = titleOf(one);
    return `Comment${title === undefined ? '' : ` on "${title}"`}${authorOf(one)}: ${one.comment}`;
  });
  return [...set, ...said];
}

type Comment = NonNullable<Report['comments']>[number];

function authorOf({ by = '', at = '' }: Pick<Comment, 'by' | 'at'>): string {
  const author = [by, at].filter((part) => part !== '').join(', ');
  return author === '' ? '' : ` (${author})`;
}
