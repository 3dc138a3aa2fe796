import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newAssignment } from '../authoring/init/assignment.ts';
import { packageRoot } from '../base/package-root.ts';
import { UserError } from '../base/user-error.ts';
import { shippedLibrary } from '../grading/load-assignment.ts';
import { libraryTable } from '../spec/library-table.ts';
import { EXIT } from './exit.ts';
import { complete, readInitOptions } from './init-options.ts';

/** `socket-grader init`: writes a new assignment that validates, passes and fails as it should. */
export async function initCommand(args: string[]): Promise<number> {
  const options = readInitOptions(args);
  const library = libraryTable(shippedLibrary);
  const asks = !options.yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
  const asked = asks
    ? await (await import('./init-questions.ts')).askFor(options.folder, options.given, library)
    : { folder: options.folder ?? '.', answers: complete(options.given, library) };
  if (asked === undefined) return EXIT.interrupted;
  const { folder, answers } = asked;
  const shipped = (name: string) => readFileSync(new URL(`specs/${name}`, packageRoot()), 'utf8');
  const { files, spec } = newAssignment(answers, {
    template: (file) => shipped(`init/${file}`),
    schema: shipped('assignment.schema.json'),
    library,
  });
  const there = [...files.keys()].filter((name) => existsSync(path.join(folder, name)));
  if (there.length > 0)
    throw new UserError({
      where: 'init',
      what: `${folder === '.' ? 'this folder' : folder} has ${there.slice(0, 3).join(', ')} already`,
      fix: 'Name another folder: nothing is written over.',
    });
  for (const [name, content] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  process.stdout.write(summary(folder, [...files.keys()], spec));
  return EXIT.passed;
}

function summary(folder: string, files: readonly string[], spec: string): string {
  const shown = files
    .filter((name) => !name.startsWith('.vscode'))
    .map((name) => `  ${path.join(folder, name)}`);
  const enter = folder === '.' ? [] : [`  cd ${folder}`];
  return [
    'Written:',
    ...shown,
    '',
    'What comes next:',
    ...enter,
    `  socket-grader try ${spec} --solution solution --wrong wrong`,
    `  socket-grader record ${spec} --solution solution`,
    `  socket-grader run solution --spec ${spec}`,
    '',
  ].join('\n');
}
