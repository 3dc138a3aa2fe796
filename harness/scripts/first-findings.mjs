// Prints the first finding of every wrong sample submission as a student reads it, and nothing else about it: can its
// bug be named from that alone?
import { parseArgs } from 'node:util';
import { grade } from '../../dist/grading/grade.js';
import { accounts } from '../../dist/report/account.js';
import { fixtureCases, paramsOf } from '../../dist/testing/fixtures.js';

const HELP = `Usage: node harness/scripts/first-findings.mjs [options]

  --only TEXT   only fixtures whose "name specification" holds the text
  --all         the first finding of every scenario, not only of the first
`;

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, all: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
for (const { name, folder, spec, expected } of fixtureCases()) {
  const title = `${name} ${spec.replace(/^.*\/|\.grade\.yaml$/g, '')}`;
  if (!title.includes(values.only) || !Object.values(expected.scenarios).some((status) => status !== 'pass'))
    continue;
  const params = paramsOf(expected);
  const report = await grade({ submission: folder, spec, params, seed: 'fixtures' });
  const wrong = report.scenarios.filter(({ findings }) => findings.length > 0);
  const shown = wrong
    .slice(0, values.all ? undefined : 1)
    .map((verdict) => ({ ...verdict, findings: verdict.findings.slice(0, 1) }));
  process.stdout.write(`\n=== ${title}\n`);
  for (const [index, { text }] of accounts({ ...report, scenarios: shown }).entries())
    process.stdout.write(`--- ${shown[index].id} (${shown[index].title})\n${text}\n`);
}
