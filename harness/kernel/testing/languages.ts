import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileC, scratch, sourceFile } from './launch.ts';

/** The command that runs a program, compiled first where need be; the same source is compiled once. */
export function commandOf(language: 'python' | 'c' | 'node' | 'java', source: string): [string, ...string[]] {
  const id = createHash('sha256').update(source).digest('hex').slice(0, 8);
  if (language === 'python') return ['python3', sourceFile(`${id}.py`, source)];
  if (language === 'node') return ['node', sourceFile(`${id}.mjs`, source)];
  if (language === 'c') {
    const binary = join(scratch(), `c${id}`);
    return [existsSync(binary) ? binary : compileC(`c${id}`, source)];
  }
  const folder = join(scratch(), `java${id}`);
  if (!existsSync(folder)) {
    mkdirSync(folder);
    const { status, stderr } = spawnSync('javac', ['-d', folder, sourceFile('Server.java', source)], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`javac: ${stderr}`);
  }
  return ['java', '-cp', folder, 'Server'];
}
