import type { Mention } from '../source/mentions.ts';
import type { SourceLinks } from './finding.ts';
import { clip, count, html, join, type Markup, NOTHING, Markup as Safe } from './text.ts';

/** A piece of a line: what it is to the language, and its text. */
export type Piece = readonly [kind: PieceKind, text: string];
/** Keyword, string, comment, number, name of what is defined, or anything else. */
export type PieceKind = 'k' | 's' | 'c' | 'n' | 't' | '';

/** A file that was handed in, as far as it is shown. */
export interface SourceFile {
  readonly name: string;
  /** Its lines from the first on; empty where it is no text. */
  readonly lines: readonly (readonly Piece[])[];
  /** What of it is not shown. */
  readonly note?: string;
}

/** Lines that are shown from the first on, and around one that a finding names. */
const MOST_LINES = 1_500;
const AROUND = 15;
const LONGEST_LINE = 400;
const MOST_LINKS = 4;

/** Where a line stands in the page. */
function placeOfLine(
  files: readonly Pick<SourceFile, 'name'>[],
  { file, line }: Pick<Mention, 'file' | 'line'>,
): string {
  return `f${files.findIndex(({ name }) => name === file)}-${line}`;
}

/** Everything that was handed in, with numbered lines; those that findings name are marked, and say why. */
export function sourceHtml(files: readonly SourceFile[], mentions: readonly Mention[]): Markup {
  if (files.length === 0) return NOTHING;
  const links = files.map(({ name }, at) => html`<li><a href="#f${at}">${clip(name, 120)}</a></li>`);
  return html`<aside class="source" id="source" tabindex="-1" aria-labelledby="source-title"><h2 id="source-title">Source</h2>
${files.length === 1 ? NOTHING : html`<ul class="files">${join(links)}</ul>`}${join(
  files.map((file, at) =>
    fileHtml(
      file,
      at,
      mentions.filter((one) => one.file === file.name),
    ),
  ),
)}</aside>`;
}

function fileHtml({ name, lines, note }: SourceFile, at: number, mentions: readonly Mention[]): Markup {
  const named = new Map<number, Mention[]>();
  for (const one of mentions) named.set(one.line, [...(named.get(one.line) ?? []), one]);
  const isShown = (line: number) =>
    line <= MOST_LINES || mentions.some((one) => Math.abs(one.line - line) <= AROUND);
  const items: Markup[] = [];
  let left = 0;
  lines.forEach((pieces, index) => {
    const line = index + 1;
    if (!isShown(line)) {
      left++;
      return;
    }
    if (left > 0) items.push(gapHtml(left));
    left = 0;
    items.push(lineHtml(pieces, { place: `f${at}-${line}`, line, mentions: named.get(line) ?? [] }));
  });
  if (left > 0) items.push(gapHtml(left));
  return html`<section class="file" aria-labelledby="f${at}"><h3 id="f${at}"><code>${clip(name, 300)}</code></h3>${note === undefined ? NOTHING : html`<p class="soft">${note}</p>`}${items.length === 0 ? NOTHING : html`<div class="scroll" tabindex="0" role="group" aria-label="Lines of ${clip(name, 120)}"><ol class="code">${join(items)}</ol></div>`}</section>`;
}

function gapHtml(lines: number): Markup {
  return html`<li class="gap soft">${count(lines, 'line')} not shown</li>`;
}

function lineHtml(
  pieces: readonly Piece[],
  {
    place,
    line,
    mentions,
  }: { readonly place: string; readonly line: number; readonly mentions: readonly Mention[] },
): Markup {
  const parts: Markup[] = [];
  let room = LONGEST_LINE;
  for (const [kind, text] of pieces) {
    if (room <= 0) break;
    const part = clip(text, room);
    room -= part.length;
    // A class is a constant of the program.
    parts.push(kind === '' ? html`${part}` : html`<span class="${kind}">${part}</span>`);
  }
  const reasons = reasonsOf(mentions).map((reason) => html`<span class="named-by">${reason}</span>`);
  const marked = mentions.length === 0 ? NOTHING : new Safe(' class="named"');
  return html`<li id="${place}" value="${line}"${marked}><code>${join(parts)}</code>${join(reasons)}</li>`;
}

/** Why findings name a line: each reason once, with the scenarios that give it. */
function reasonsOf(mentions: readonly Mention[]): readonly string[] {
  const scenarios = new Map<string, string[]>();
  for (const { scenario, finding } of mentions)
    scenarios.set(finding.summary, [...(scenarios.get(finding.summary) ?? []), scenario]);
  return [...scenarios].slice(0, MOST_LINKS).map(([summary, [first = '', ...others]]) => {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return `${clip(first, 80)}${more}: ${clip(summary, 200)}`;
  });
}

/** What leads from findings to the lines that they name, each with the line itself. */
export function sourceLinks(files: readonly SourceFile[], mentions: readonly Mention[]): SourceLinks {
  return (finding) => {
    const own = mentions.filter((one) => one.finding === finding).slice(0, MOST_LINKS);
    if (own.length === 0) return NOTHING;
    const links = own.map((mention) => {
      const line = files.find(({ name }) => name === mention.file)?.lines[mention.line - 1] ?? [];
      const text = line
        .map(([, part]) => part)
        .join('')
        .trim();
      return html`<a href="#${placeOfLine(files, mention)}">${clip(mention.file, 80)}:${mention.line}</a> <code>${clip(text, 120)}</code>`;
    });
    return html`<div><dt>Source</dt><dd class="lines">${join(links, '\n')}</dd></div>`;
  };
}
