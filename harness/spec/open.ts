import { clean, decode } from './decode.ts';
import type { Diagnostic } from './diagnostic.ts';
import { parseSource } from './document.ts';
import type { Problems } from './problems.ts';
import { sourceText } from './source-text.ts';
import type { MapTree, Tree } from './tree.ts';

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
  const { tree: whole, diagnostics } = parseSource(sourceText(file, decoded.text));
  problems.push(...diagnostics);
  const tree = whole ?? readOn(decoded.text, file, diagnostics, problems);
  if (tree?.kind === 'map') return tree;
  if (tree) problems.add(tree, [], 'an assignment is a map', 'begin with title: …');
  return undefined;
}

/**
 * What a file with texts that should be quoted holds once they are, so that its other mistakes are reported in the same
 * go; nothing more is said of those lines.
 */
function readOn(
  text: string,
  file: string,
  diagnostics: readonly Diagnostic[],
  problems: Problems,
): Tree | undefined {
  const lines = text.split('\n');
  for (const { line, column, fix = '' } of diagnostics) {
    const [, quoted = '', plain = ''] = /^write (["'](.+)["'])$/.exec(fix) ?? [];
    const written = lines[line - 1] ?? '';
    if (plain === '' || !written.startsWith(plain, column - 1)) return undefined;
    lines[line - 1] = written.slice(0, column - 1) + quoted + written.slice(column - 1 + plain.length);
  }
  const again = parseSource(sourceText(file, lines.join('\n')));
  if (!again.tree || again.diagnostics.length > 0) return undefined;
  problems.leaveOut(
    file,
    diagnostics.map(({ line }) => line),
  );
  return again.tree;
}
