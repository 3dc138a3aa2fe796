import type { Piece, PieceKind } from '../../report/html/source.ts';

const KINDS: Readonly<Record<string, PieceKind>> = {
  ...{ keyword: 'k', literal: 'k', type: 'k', built_in: 'k', meta: 'k', operator: '' },
  ...{ string: 's', regexp: 's', char: 's', subst: '' },
  ...{ comment: 'c', doctag: 'c', quote: 'c' },
  number: 'n',
  ...{ title: 't', section: 't', function: 't', class: 't' },
};
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};

/** The lines of what highlight.js has made: its markup as pieces of text, of which none spans two lines. */
export function linesOf(markup: string): readonly (readonly Piece[])[] {
  const lines: Piece[][] = [[]];
  const open: PieceKind[] = [''];
  for (const [, kind, end, text = ''] of markup.matchAll(/<span class="([^"]*)">|(<\/span>)|([^<]+)/g)) {
    if (kind !== undefined) open.push(kindOf(kind) ?? open.at(-1) ?? '');
    else if (end !== undefined) open.pop();
    else
      text
        .replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
        .split('\n')
        .forEach((part, index) => {
          if (index > 0) lines.push([]);
          if (part !== '') lines.at(-1)?.push([open.at(-1) ?? '', part]);
        });
  }
  return lines;
}

/** Undefined for what looks like the text around it. */
function kindOf(classes: string): PieceKind | undefined {
  const [name = ''] = classes.replace(/^hljs-/, '').split(' ');
  return Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
}

/** The lines of a text that is not highlighted. */
export function plainLines(text: string): readonly (readonly Piece[])[] {
  return text.split('\n').map((line) => (line === '' ? [] : [['', line] as const]));
}
