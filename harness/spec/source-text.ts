/** The text of one file, with a way from offsets to lines. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  at(offset: number): { readonly line: number; readonly column: number };
  /** One line without its end, counted from 1. */
  line(number: number): string;
}

/** A stretch of a file. */
export interface Place {
  readonly source: SourceText;
  /** Offset of the first character. */
  readonly start: number;
  readonly length: number;
}

/** Wraps a text that `decode` has cleaned. */
export function sourceText(file: string, text: string): SourceText {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return {
    file,
    text,
    at(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    line(number) {
      const start = starts[number - 1];
      if (start === undefined) return '';
      return text.slice(start, (starts[number] ?? text.length + 1) - 1);
    },
  };
}
