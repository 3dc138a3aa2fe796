import { readFileSync, writeFileSync } from 'node:fs';
import { formatSpecification } from '../authoring/fmt/format.ts';
import { UserError } from '../base/user-error.ts';
import { readOptions, specError } from '../grading/load-assignment.ts';
import { type Assignment, readAssignment } from '../spec/read.ts';
import { EXIT } from './exit.ts';
import { parseOptions } from './options.ts';
import { specFile } from './spec-file.ts';

/** `socket-grader fmt`: puts specifications into one form; what they mean stays. */
export async function fmtCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('fmt', args, { check: { type: 'boolean' } });
  if (positionals.length === 0)
    throw new UserError({
      where: 'fmt',
      what: 'no file is named',
      fix: 'Usage: socket-grader fmt SPEC… [--check]',
    });
  let different = 0;
  for (const file of positionals.map((given) => specFile(given, 'fmt'))) {
    const text = readFileSync(file, 'utf8');
    const before = await meaning(file, text);
    const formatted = formatSpecification(text);
    if (formatted === text) continue;
    if ((await meaning(file, formatted)) !== before)
      throw new UserError({
        where: file,
        what: 'its form cannot be changed without changing what it means',
        fix: 'It was left as it is.',
      });
    different++;
    if (!values.check) writeFileSync(file, formatted);
    process.stdout.write(`${file}${values.check ? ' is not in its form' : ''}\n`);
  }
  return values.check && different > 0 ? EXIT.failed : EXIT.passed;
}

/** Everything that a specification comes to, apart from where it stands. Throws where it is not right. */
async function meaning(file: string, text: string): Promise<string> {
  const read = readAssignment(text, readOptions(file, {}, '', process.env));
  if ('diagnostics' in read) throw await specError(file, read.diagnostics);
  const { spec, plans, params }: Assignment = read;
  const { sha256: _, ...rest } = spec;
  return JSON.stringify([rest, [...plans], [...params]], (key, value) =>
    key === 'at' || key === 'positions' ? undefined : value,
  );
}
