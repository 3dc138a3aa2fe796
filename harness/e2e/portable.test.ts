import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { grade } from '../grading/grade.ts';
import { ROOT } from '../testing/cli.ts';

const SPEC = path.join(ROOT, 'specs/socket-basics.grade.yaml');

function has(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`]);
    return true;
  } catch {
    return false;
  }
}

describe("without the kernel's word (as on macOS)", () => {
  const tools = has('lsof') && has('netstat');
  (tools ? test : test.skip)(
    `what needs it is inconclusive, with the reason${tools ? '' : ' (skipped: lsof or netstat is not installed)'}`,
    async () => {
      const report = await grade({
        submission: path.join(ROOT, 'fixtures/echo/python-solution'),
        spec: SPEC,
        evidence: 'portable',
      });
      const status = Object.fromEntries(report.scenarios.map((verdict) => [verdict.id, verdict.status]));
      expect(status).toEqual({
        listens: 'pass',
        'reuse-address': 'inconclusive',
        'blocking-accept': 'inconclusive',
        'blocking-recv': 'inconclusive',
        'buffered-data': 'inconclusive',
        'send-reply': 'pass',
      });
      for (const verdict of report.scenarios.filter((one) => one.status === 'inconclusive')) {
        expect(verdict.findings[0]).toMatchObject({
          because: 'capability',
          summary: expect.stringContaining('does not show') as string,
        });
      }
      expect(report.host.evidence).toBe('portable');
      expect(report.host.unseen.length).toBeGreaterThan(0);
    },
  );
});
