import { escapeBytes } from '../../match/view.ts';
import type { BuildResult, RunVerdict, Stream, Trace } from '../../model/index.ts';
import { streamBytes } from '../timeline/bytes.ts';
import { clip, count, html, join, type Markup, NOTHING } from './text.ts';

const HEAD = 3_000;
const TAIL = 3_000;
const MOST_STREAMS = 6;
const LINE = 300;
/** Fewer characters than this never need a scroll bar. */
const SHORT = 400;

/** What the programs of a run printed, each stream with its beginning and its end. */
export function outputHtml({ trace }: RunVerdict): Markup {
  const printed = Object.entries(trace.streams)
    .filter(([name, { length }]) => /\.std(out|err)$/.test(name) && length > 0)
    .slice(0, MOST_STREAMS);
  if (printed.length === 0) return NOTHING;
  const folders = foldersOf(trace);
  return html`<div class="part"><h4>What the program printed</h4>
${join(printed.map(([name, stream]) => box(streamTitle(name, stream), streamText(stream, folders))))}</div>`;
}

/** How the program was built and what the compiler said. */
export function buildHtml({ command, ok, exitCode, output }: BuildResult): Markup {
  const title = `${clip(command, 300)} ${ok ? '' : `· status ${exitCode ?? 'unknown'}`}`;
  if (output.trim() === '') return html`<p class="soft"><code>${title}</code> printed nothing</p>`;
  const text =
    output.length <= HEAD + TAIL
      ? output
      : `${clip(output, HEAD)}\n… ${count(output.length - HEAD - TAIL, 'character')} left out …\n${output.slice(-TAIL)}`;
  return box(title, text.trimEnd().split('\n').map(lineOf).join('\n'));
}

function box(title: string, text: string): Markup {
  const pre =
    text.length > SHORT
      ? html`<pre tabindex="0" role="group" aria-label="${title}">${text}</pre>`
      : html`<pre>${text}</pre>`;
  return html`<figure class="out"><figcaption>${title}</figcaption>${pre}</figure>`;
}

function streamTitle(name: string, { length }: Stream): string {
  return `${clip(name, 60)
    .replace(/^(.*)#1\./, '$1 ')
    .replace(/^(.*)#(\d+)\./, '$1, start $2, ')} · ${count(length, 'byte')}`;
}

function streamText(stream: Stream, folders: readonly string[]): string {
  const whole = stream.kept <= HEAD + TAIL;
  const head = streamBytes(stream, 0, whole ? stream.kept : HEAD);
  const tail = whole ? Buffer.alloc(0) : streamBytes(stream, stream.kept - TAIL, TAIL);
  const between = stream.kept - head.length - tail.length;
  const lost = stream.length - stream.kept;
  return [
    linesOf(head, folders),
    between > 0 ? `… ${count(between, 'byte')} left out …` : '',
    tail.length > 0 ? linesOf(tail, folders) : '',
    lost > 0 ? `… ${count(lost, 'more byte')} not kept` : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function linesOf(bytes: Buffer, folders: readonly string[]): string {
  let text = bytes.toString('latin1');
  for (const folder of folders) text = text.replaceAll(Buffer.from(`${folder}/`).toString('latin1'), '');
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => escapeBytes(Buffer.from(line.replace(/\r$/, ''), 'latin1'), LINE))
    .join('\n');
}

function lineOf(line: string): string {
  return clip(line.replace(/\r$/, ''), LINE);
}

/** The scratch folders of a run, which say nothing to a reader. */
function foldersOf({ events }: Trace): readonly string[] {
  const folders = new Set<string>();
  for (const event of events) {
    if (event.type === 'process_start' && event.cwd !== '') folders.add(event.cwd);
    if (folders.size >= 4) break;
  }
  return [...folders];
}
