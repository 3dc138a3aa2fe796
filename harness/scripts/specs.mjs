// Writes what is made from registries: files in specs/, the report formats in help and docs, and the golden texts of messages.
import { readFileSync, writeFileSync } from 'node:fs';
import { PLATFORMS } from '../../dist/platform/index.js';
import { FORMATS } from '../../dist/report/formats/index.js';
import { diagnosticsNow, goldenCases } from '../../dist/testing/golden.js';
import { assignmentJsonSchema } from '../../dist/testing/json-schema.js';
import { reference } from '../../dist/testing/reference.js';

writeFileSync('specs/assignment.schema.json', `${JSON.stringify(assignmentJsonSchema(), null, 2)}\n`);
writeFileSync('specs/REFERENCE.md', reference());

for (const [file, name, what, registry] of [
  ['format-names', 'FORMAT_NAMES', 'report formats', FORMATS],
  ['platform-names', 'PLATFORM_NAMES', 'platforms', PLATFORMS],
]) {
  const names = Object.keys(registry).map((each) => `  '${each}',\n`);
  writeFileSync(
    `harness/cli/help/${file}.ts`,
    `// Made from the registry of ${what} by \`npm run generate\`.\nexport const ${name}: readonly string[] = [\n${names.join('')}];\n`,
  );
}

const rows = Object.entries(FORMATS).map(
  ([name, { about, file }]) =>
    `| \`${name}\` | ${file === undefined ? 'standard output' : `\`${file}\``} | ${about} |`,
);
const page = readFileSync('docs/REPORTS.md', 'utf8');
const table = ['| format | goes to | is |', '| --- | --- | --- |', ...rows].join('\n');
const MADE = /(?<=<!-- formats: [^\n]* -->\n).*?(?=<!-- end of formats -->)/s;
writeFileSync(
  'docs/REPORTS.md',
  page.replace(MADE, () => `${table}\n`),
);

const golden = 'harness/spec/diagnostics.golden.txt';
const cases = goldenCases(readFileSync(golden, 'utf8'));
const renewed = cases.map(
  (one) => `==== ${one.kind}: ${one.title}\n${one.source}\n----\n${diagnosticsNow(one)}\n`,
);
writeFileSync(golden, renewed.join('\n'));
