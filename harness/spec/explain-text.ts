import { wrapAnsi } from 'fast-wrap-ansi';
import { textToBytes } from '../match/text.ts';
import { escapeBytes } from '../match/view.ts';
import type { Json, Position } from '../model/index.ts';
import { positionOf } from './problems.ts';
import type { Tree } from './tree.ts';

const WIDTH = 80;

/** A value as an author would write it, escaped. */
export function show(value: Json): string {
  return typeof value === 'string' ? `"${escapeBytes(textToBytes(value), 200)}"` : JSON.stringify(value);
}

/** Lines of at most 80 columns; the first may begin differently. Nothing for an empty text. */
export function wrap(text: string, indent: string, first = indent): string[] {
  if (text.trim() === '') return [];
  const lines = wrapAnsi(text.trim(), WIDTH - indent.length).split('\n');
  return lines.map((line, index) => (index === 0 ? first : indent) + line.trimEnd());
}

/** `line 12`, with its file when that is not the explained one, or `built in`. */
export function origin(root: Tree, tree: Tree | undefined): string {
  return tree ? placeOf(root, positionOf(tree)) : 'built in';
}

/** The same for a position. */
export function placeOf(root: Tree, { file, line }: Position): string {
  return file === root.place.source.file ? `line ${line}` : `${file}:${line}`;
}
