// Writes what is made from the reader: files in specs/, and the golden texts of its messages. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs';
import { diagnosticsNow, goldenCases } from '../../dist/testing/golden.js';
import { assignmentJsonSchema } from '../../dist/testing/json-schema.js';
import { reference } from '../../dist/testing/reference.js';

writeFileSync('specs/assignment.schema.json', `${JSON.stringify(assignmentJsonSchema(), null, 2)}\n`);
writeFileSync('specs/REFERENCE.md', reference());

const golden = 'harness/spec/diagnostics.golden.txt';
const cases = goldenCases(readFileSync(golden, 'utf8'));
const renewed = cases.map(
  (one) => `==== ${one.kind}: ${one.title}\n${one.source}\n----\n${diagnosticsNow(one)}\n`,
);
writeFileSync(golden, renewed.join('\n'));
