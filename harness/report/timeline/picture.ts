import type { RunVerdict } from '../../model/index.ts';
import COLOURS from '../html/colours.css';
import { timeline } from './index.ts';
import { timelineSvg } from './svg.ts';
import DRAWING from './timeline.css';

/** Pixels that a picture is wide where nothing else says so. */
const WIDTH = 680;

/** What the page around it says otherwise. */
const ALONE =
  ':root{background:var(--bg)}text{font-family:system-ui,Arial,sans-serif}.b{font-family:var(--mono)}\n';

/**
 * A run as a picture of its own, an SVG document with its colours in it, for places that take images; undefined where
 * nothing happened.
 */
export function runPicture({ trace, findings }: RunVerdict, title: string): string | undefined {
  const line = timeline(trace, findings);
  if (line.rows.length === 0) return undefined;
  const drawn = timelineSvg(line, 'p', title).text;
  const start = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}"`;
  const style = `<style>${COLOURS}${ALONE}${DRAWING}</style>`;
  return drawn.replace(/^<svg/, start).replace(/(?<=^[^>]*>)/, () => style);
}
