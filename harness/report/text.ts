import { styleText } from 'node:util';
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

type Style = Parameters<typeof styleText>[0];

/** Sets text for a terminal of some width, with colour or without. */
export class TextSetter {
  readonly width: number;
  readonly #colour: boolean;

  constructor(width: number, colour: boolean) {
    this.width = Math.max(40, Math.min(width, 120));
    this.#colour = colour;
  }

  style(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Fills up to a width, or cuts. */
  fit(text: string, width: number): string {
    const wide = stringWidth(text);
    if (wide <= width) return text + ' '.repeat(width - wide);
    return `${[...text].slice(0, Math.max(0, width - 1)).join('')}…`;
  }

  /** The lines of a text that is broken at a width. */
  wrapped(text: string, width: number): string[] {
    return wrapAnsi(text, width, { hard: true, trim: true }).split('\n');
  }

  /** A paragraph with a label in front and its lines aligned behind it. */
  labelled(indent: number, label: string, labelWidth: number, text: string): string[] {
    const margin = indent + labelWidth;
    const lines = this.wrapped(text, Math.max(20, this.width - margin));
    const head = `${' '.repeat(indent)}${this.fit(label, labelWidth)}`;
    return lines.map((line, index) => (index === 0 ? head : ' '.repeat(margin)) + line);
  }
}
