import path from 'node:path';
import type { Json } from '../model/index.ts';
import { pieces } from '../steps/template.ts';
import type { Way } from './way.ts';

/** What commands call the file of a program. */
export function fileNames({ file, className = '' }: Way): Record<string, string> {
  return { file, stem: path.basename(file, path.extname(file)), class: className };
}

/** The parameters of the assignment as commands have them. */
export function commandNames(params: ReadonlyMap<string, Json>): Record<string, string> {
  return Object.fromEntries(
    [...params].map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** A command with its names filled in; an unknown one is empty. */
export function fillCommand(command: string, names: Readonly<Record<string, string>>): string {
  return pieces(command)
    .map((piece) => (typeof piece === 'string' ? piece : (names[piece.name] ?? '')))
    .join('');
}
