import { diagnose, withSteps } from './spec-text.ts';

/** What an author wrote, and what the author gets to read. */
export interface GoldenCase {
  /** A whole file, or the steps of a scenario, which begin on line 7. */
  readonly kind: string;
  readonly title: string;
  readonly source: string;
  readonly diagnostics: string;
}

/** Reads golden texts: `==== KIND: TITLE`, what was written, `----`, and what is answered. */
export function goldenCases(text: string): GoldenCase[] {
  return text
    .split(/^==== /m)
    .slice(1)
    .map((block) => {
      const [, kind = '', title = '', source = '', diagnostics = ''] =
        /^(file|steps): (.*)\n([\s\S]*?)\n----\n([\s\S]*)$/.exec(block) ?? [];
      return { kind, title, source, diagnostics: diagnostics.trimEnd() };
    });
}

/** What the author of a case gets to read now. */
export function diagnosticsNow({ kind, source }: GoldenCase): string {
  return diagnose(
    kind === 'file' ? source : withSteps(...source.split('\n').map((line) => line.replace(/^- /, ''))),
  );
}
