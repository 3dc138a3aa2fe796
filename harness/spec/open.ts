import { clean, decode } from './decode.ts';
import { parseSource } from './document.ts';
import type { Problems } from './problems.ts';
import { sourceText } from './source-text.ts';
import type { MapTree } from './tree.ts';

/** Reads a file into a map with places; nothing, and the reason among the problems, when it is none. */
export function openSpec(
  content: Uint8Array | string,
  file: string,
  problems: Problems,
): MapTree | undefined {
  const decoded = typeof content === 'string' ? clean(content, file) : decode(content, file);
  if ('diagnostic' in decoded) {
    problems.push(decoded.diagnostic);
    return undefined;
  }
  const { tree, diagnostics } = parseSource(sourceText(file, decoded.text));
  problems.push(...diagnostics);
  if (tree?.kind === 'map') return tree;
  if (tree) problems.add(tree, [], 'an assignment is a map', 'begin with title: …');
  return undefined;
}
