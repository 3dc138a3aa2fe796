import { clip, html, join, type Markup, NOTHING } from '../report/html/text.ts';
import type { Document } from './document.ts';

/** A stretch of a document's tokens. */
interface Stretch {
  readonly start: number;
  readonly length: number;
}

/** What begin the ids of the stretches on this side and on the other. */
interface Ids {
  readonly own: string;
  readonly other: string;
}

/** A stretch of a file's text, and its number among the stretches of a pair. */
interface Mark {
  readonly from: number;
  readonly to: number;
  readonly number: number;
}

/** Lines around marked ones that are shown; what is longer without a mark is left out. */
const AROUND = 4;
/** Characters of a line that are shown. */
const LONGEST = 400;

/** One of two submissions, with what is the same marked and numbered. Files without any of that are only named. */
export function sideHtml(document: Document, stretches: readonly Stretch[], ids: Ids): Markup {
  const files = document.files.map(({ name, text }, file) => {
    const marks = marksIn(document, stretches, file);
    return marks.length === 0
      ? html`<h3>${clip(name, 200)} <span class="soft">nothing alike</span></h3>`
      : html`<h3>${clip(name, 200)}</h3><pre tabindex="0" aria-label="${clip(name, 200)}">${linesHtml(text, marks, ids)}</pre>`;
  });
  return html`<section><h2>${clip(document.id, 120)}</h2>${join(files)}</section>`;
}

/** In their order in the file; a stretch never goes over the end of a file. */
function marksIn({ tokens }: Document, stretches: readonly Stretch[], file: number): readonly Mark[] {
  return stretches
    .flatMap(({ start, length }, index) => {
      const [first, last] = [tokens[start], tokens[start + length - 1]];
      const isHere = first?.file === file && last !== undefined;
      return isHere ? [{ from: first.from, to: last.to, number: index + 1 }] : [];
    })
    .toSorted((a, b) => a.from - b.from);
}

function linesHtml(text: string, marks: readonly Mark[], ids: Ids): Markup {
  const lines = splitLines(text);
  const isMarked = ({ from, to }: Line) => marks.some((mark) => mark.from <= to && mark.to > from);
  const marked = lines.map(isMarked);
  const isShown = (at: number) => marked.slice(Math.max(0, at - AROUND), at + AROUND + 1).includes(true);
  const pieces: Markup[] = [];
  let hidden = 0;
  lines.forEach((line, at) => {
    if (isShown(at)) {
      if (hidden > 0) pieces.push(gapHtml(hidden));
      hidden = 0;
      pieces.push(html`<i>${at + 1}</i>${lineHtml(text, line, { marks, ids })}\n`);
    } else hidden++;
  });
  if (hidden > 0) pieces.push(gapHtml(hidden));
  return join(pieces);
}

function gapHtml(lines: number): Markup {
  return html`<i>⋮</i><span class="soft">${lines === 1 ? '1 line' : `${lines} lines`}</span>\n`;
}

interface Line {
  readonly from: number;
  readonly to: number;
}

function splitLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end === -1 ? text.length : end;
    lines.push({ from, to });
    from = to + 1;
  }
  // What is behind the last line feed is no line, unless something is there.
  return lines.at(-1)?.from === text.length && lines.length > 1 ? lines.slice(0, -1) : lines;
}

function lineHtml(
  text: string,
  line: Line,
  { marks, ids }: { readonly marks: readonly Mark[]; readonly ids: Ids },
): Markup {
  const end = Math.min(line.to, line.from + LONGEST);
  const pieces: Markup[] = [];
  let at = line.from;
  for (const { from, to, number } of marks) {
    if (to <= line.from || from >= end) continue;
    const [start, stop] = [Math.max(from, line.from), Math.min(to, end)];
    const isFirst = from >= line.from;
    const sign = isFirst
      ? html`<a id="${ids.own}${number}" href="#${ids.other}${number}" title="Go to the other side">${number}</a>`
      : NOTHING;
    pieces.push(
      html`${plain(text, at, start)}${sign}<mark class="t${number % 6}">${plain(text, start, stop)}</mark>`,
    );
    at = stop;
  }
  return html`${join(pieces)}${plain(text, at, end)}${end < line.to ? '…' : ''}`;
}

/** A carriage return at the end of a line is no sign of anything. */
function plain(text: string, from: number, to: number): string {
  return text.slice(from, Math.max(from, to)).replace(/\r$/, '');
}
