import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Language } from './mutation.ts';

/** A command that prints what a source is once white space, names of lines and the like are out of it. */
type Reader = (file: string) => readonly [command: string, args: readonly string[]];

const PYTHON = 'import ast, sys; print(ast.dump(ast.parse(open(sys.argv[1]).read())))';

/** What no build reports is reported here: of Python and JavaScript that does not parse. */
const READERS: Readonly<Record<Language, { readonly print?: Reader; readonly check?: Reader }>> = {
  python: {
    print: (file) => ['python3', ['-c', PYTHON, file]],
    check: (file) => ['python3', ['-c', PYTHON, file]],
  },
  // Optimised machine code: what the compiler finds to be the same is the same.
  c: { print: (file) => ['gcc', ['-O2', '-w', '-S', '-o', '-', path.basename(file)]] },
  javascript: { check: (file) => [process.execPath, ['--check', file]] },
  java: {},
};

/**
 * A fingerprint of what a source means: two that have the same behave alike. Where nothing better is known it is that of
 * the text. Undefined for a source that does not parse, as far as no build will tell.
 */
export async function fingerprint(file: string, language: Language): Promise<string | undefined> {
  const { execa } = await import('execa');
  const run = (reader: Reader) => {
    const [command, args] = reader(file);
    return execa(command, args, { reject: false, stdin: 'ignore', cwd: path.dirname(file) });
  };
  const { print, check } = READERS[language];
  const printed = print && (await run(print));
  if (printed && !printed.failed) return hash(printed.stdout);
  if (check && (check === print ? printed : await run(check))?.failed) return undefined;
  return hash(await readFile(file, 'utf8'));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
