import { html, type Markup, NOTHING } from '../html/text.ts';

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, kind: string): Markup {
  return html`<path class="${kind}" d="M${x1} ${y1}L${x2} ${y2}"/>`;
}

/** Any outline. */
export function shape(path: string, kind: string): Markup {
  return html`<path class="${kind}" d="${path}"/>`;
}

/** A level arrow between two columns; one that is refused ends in a cross half-way. */
export function arrow(from: number, to: number, y: number, kind: string, refused = false): Markup {
  const way = to > from ? 1 : -1;
  const end = refused ? from + (to - from) * 0.72 : to - way * 2;
  const head = refused
    ? `M${end - 4} ${y - 4}l8 8m0 -8l-8 8`
    : `M${end - way * 8} ${y - 3.6}L${end} ${y}L${end - way * 8} ${y + 3.6}`;
  return html`<path class="a ${kind}" d="M${from + way * 2} ${y}H${end - (refused ? way * 4 : 0)}"/><path class="a tip ${kind}" d="${head}"/>`;
}

/** A line of text, with bytes behind it in another type. */
export function text(x: number, y: number, label: string, kind: string, bytes = ''): Markup {
  const code = bytes === '' ? NOTHING : html`<tspan class="b" dx="6">${bytes}</tspan>`;
  return html`<text class="${kind}" x="${x}" y="${y}">${label}${code}</text>`;
}
