import { Composer, type Document, Lexer, Parser, YAMLError } from 'yaml';
import { Converter, DEEPEST, Refused } from './convert.ts';
import { type Diagnostic, diagnosticAt, inFileOrder } from './diagnostic.ts';
import type { Place, SourceText } from './source-text.ts';
import type { Tree } from './tree.ts';
import { yamlMessage } from './yaml-messages.ts';

/** A file of more YAML tokens than this is refused before it is read any further. */
const MOST_TOKENS = 40_000;
/** After so many things that make no sense, the rest is not looked at. */
const MOST_ODD = 50;
const MOST_ERRORS = 20;

/** Reads YAML 1.2 strictly: one document, no unknown tags, no double keys. No tree when it can't be read on. */
export function parseSource(source: SourceText): {
  readonly tree?: Tree;
  readonly diagnostics: Diagnostic[];
} {
  const place = (start: number, length = 1): Place => ({ source, start, length });
  const problems: Diagnostic[] = [];
  try {
    const { document, open } = compose(source, place);
    if (document) problems.push(...syntaxProblems(document, source, open));
    if (problems.length > 0) return { diagnostics: problems };
    if (!document?.contents)
      throw new Refused(
        place(0),
        'the file is empty',
        'an assignment has at least title, programs and scenarios',
      );
    const version = document.directives?.yaml;
    if (version?.explicit && version.version !== '1.2')
      throw new Refused(
        place(0, 9),
        `%YAML ${version.version} is not read`,
        'remove the line: files are YAML 1.2',
      );
    return {
      tree: new Converter(source, problems).convert(document.contents, place(0), 0),
      diagnostics: problems,
    };
  } catch (error) {
    if (error instanceof Refused)
      return { diagnostics: [...problems, diagnosticAt(error.place, error.message, { fix: error.fix })] };
    if (error instanceof RangeError)
      return { diagnostics: [diagnosticAt(place(0), 'the file is nested too deeply')] };
    throw error;
  }
}

/** Marks of the lexer that stand for no character of the file. */
const FLOW_CUT_OFF = '\u0018';
const MARKS = ['\u0002', FLOW_CUT_OFF, '\u001f'];

/** Token by token, so that a file without end, depth or sense is given up early. */
function compose(source: SourceText, place: (start: number, length?: number) => Place) {
  const parser = new Parser();
  const composer = new Composer({ version: '1.2', merge: false, uniqueKeys: false, prettyErrors: false });
  const documents: Document.Parsed[] = [];
  let [offset, tokens, odd] = [0, 0, 0];
  const open = new OpenParts();
  for (const lexeme of new Lexer().lex(source.text)) {
    open.take(lexeme, offset);
    refuseTooMuch(++tokens, open.depth, () => place(offset));
    for (const token of parser.next(lexeme)) {
      documents.push(...composer.next(token));
      if (token.type === 'error' || token.type === 'directive') odd++;
    }
    if (odd > MOST_ODD || (documents.length > 0 && offset > 0 && lexeme.startsWith('---'))) break;
    if (!MARKS.includes(lexeme)) offset += lexeme.length;
  }
  if (odd > MOST_ODD && documents.length === 0) documents.push(...composer.end(true));
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end());
  const [document, second] = documents;
  if (second) refuseSecond(source, second, place);
  return { document, open };
}

function refuseTooMuch(tokens: number, depth: number, place: () => Place): void {
  if (tokens > MOST_TOKENS)
    throw new Refused(
      place(),
      `the file has more than ${MOST_TOKENS} YAML tokens`,
      'make several files of it',
    );
  if (depth > DEEPEST) throw new Refused(place(), `the file is nested deeper than ${DEEPEST} levels`);
}

function refuseSecond(
  source: SourceText,
  second: Document.Parsed,
  place: (start: number, length?: number) => Place,
): never {
  const before = source.text.slice(0, second.range[0] + 3);
  const marks = [...before.matchAll(/^(---|\.\.\.)/gm)];
  throw new Refused(
    place(marks.at(-1)?.index ?? second.range[0], 3),
    'a file holds one assignment only',
    'remove this line and what follows',
  );
}

/** Keeps account of what has begun and not ended while the tokens of a file go by. */
class OpenParts implements Open {
  readonly #brackets: number[] = [];
  #dashes = 0;
  #cutOff: number | undefined;
  #quote: number | undefined;

  take(lexeme: string, offset: number): void {
    if (lexeme === '[' || lexeme === '{') this.#brackets.push(offset);
    else if (lexeme === ']' || lexeme === '}') this.#brackets.pop();
    else if (lexeme === FLOW_CUT_OFF) this.#cutOff ??= this.#brackets.splice(0).at(-1);
    if (lexeme === '-' || lexeme === '?') this.#dashes++;
    else if (lexeme.includes('\n')) this.#dashes = 0;
    const first = lexeme[0];
    if ((first === '"' || first === "'") && (lexeme.length === 1 || !lexeme.endsWith(first)))
      this.#quote ??= offset;
  }

  get depth(): number {
    return this.#brackets.length + this.#dashes;
  }

  get quote(): number | undefined {
    return this.#quote;
  }

  get bracket(): number | undefined {
    return this.#cutOff ?? this.#brackets.at(-1);
  }
}

/** Where something begins that never ends. */
interface Open {
  readonly quote: number | undefined;
  readonly bracket: number | undefined;
}

function syntaxProblems(
  document: Document.Parsed,
  source: SourceText,
  { quote, bracket }: Open,
): Diagnostic[] {
  const lines = new Set<number>();
  const problems: Diagnostic[] = [];
  for (const error of [...document.errors, ...document.warnings]) {
    if (!(error instanceof YAMLError)) continue;
    const opening = /closing ["']quote/.test(error.message)
      ? quote
      : /^Flow |and end with a|Missing [\]}]/.test(error.message)
        ? bracket
        : undefined;
    const start = opening ?? Math.max(0, Math.min(error.pos[0], source.text.length - 1));
    const length = opening === undefined ? Math.max(1, error.pos[1] - error.pos[0]) : 1;
    const { line, column } = source.at(start);
    const rest = source
      .line(line)
      .slice(column - 1)
      .replace(/\s+#.*$/, '')
      .trimEnd();
    const { message, fix } = yamlMessage({
      code: error.code,
      message: error.message,
      marked: source.text.slice(start, start + length),
      rest,
      leads:
        source
          .line(line)
          .slice(0, column - 1)
          .trim() === '',
    });
    // What follows an error on the same line is mostly its echo.
    if (lines.has(line) || problems.length >= MOST_ERRORS) continue;
    lines.add(line);
    problems.push(
      diagnosticAt({ source, start, length: /": "/.test(message) ? rest.length : length }, message, { fix }),
    );
    if (opening !== undefined) break;
  }
  return inFileOrder(problems);
}
