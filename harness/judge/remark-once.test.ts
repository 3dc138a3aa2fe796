import type { Finding, Verdict } from '../model/index.ts';
import { remarkOnce } from './sum.ts';

function verdict(id: string, ...findings: Finding[]): Verdict {
  return {
    id,
    title: id,
    status: 'pass',
    points: 1,
    maxPoints: 1,
    visibility: 'visible',
    attempts: 1,
    flaky: false,
    durationMs: 1,
    findings,
    references: [],
    runs: [],
  };
}
const swapped: Finding = { cause: 'swapped_port', summary: 'swapped', evidence: [], remark: true };
const failed: Finding = { cause: 'swapped_port', summary: 'swapped', evidence: [] };

test('a remark that every scenario would make is made once; failures and other remarks stay', () => {
  const other: Finding = { ...swapped, cause: 'no_reuseaddr' };
  const verdicts = [verdict('a', swapped, other), verdict('b', swapped, other), verdict('c', failed)];
  expect(remarkOnce(verdicts).map(({ findings }) => findings)).toEqual([[swapped, other], [other], [failed]]);
});
