// Writes the files in specs/ that are made from the reader's own registry. Needs a build.
import { writeFileSync } from 'node:fs';
import { assignmentJsonSchema } from '../../dist/testing/json-schema.js';

writeFileSync('specs/assignment.schema.json', `${JSON.stringify(assignmentJsonSchema(), null, 2)}\n`);
