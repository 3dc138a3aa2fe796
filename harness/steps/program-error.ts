import { defined } from '../base/defined.ts';
/** An error that a program's runtime printed: an uncaught exception, or one that was printed with its way. */
export interface ProgramError {
  /** `TypeError`, `java.net.BindException`, `Error [ERR_STREAM_WRITE_AFTER_END]`. */
  readonly name: string;
  readonly message: string;
  /** The last place on the way to it that belongs to the submission. */
  readonly place?: ErrorPlace;
  /** It ended a thread, and not the program. */
  readonly inThread: boolean;
  /** The lines that tell of it: the place, its source text where it was printed, and the error itself. */
  readonly lines: readonly string[];
}

export interface ErrorPlace {
  readonly file: string;
  readonly line: number;
  /** The source text of the line. */
  readonly code?: string;
}

/** The last error that a runtime printed with its way, from the text of an output stream. */
export function programError(printed: string): ProgramError | undefined {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  return pythonError(lines) ?? javaError(lines) ?? nodeError(lines) ?? perlError(lines);
}

const PYTHON_FRAME = /^\s*File "([^"]+)", line (\d+)/;
const PYTHON_LIBRARY = /\/lib\/python|^<|\/site-packages\//;
const PYTHON_ERROR = /^([A-Za-z_][\w.]*): ?(.*)$|^([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration))$/;

/** As Python prints it: frames from the outermost on, each with its line, and the error below them. */
function pythonError(lines: readonly string[]): ProgramError | undefined {
  const last = lines.findLastIndex((line) => PYTHON_FRAME.test(line));
  if (last === -1) return undefined;
  const at = lines.findIndex((line, index) => index > last && PYTHON_ERROR.test(line));
  const found = PYTHON_ERROR.exec(lines[at] ?? '');
  if (!found) return undefined;
  const begin = Math.max(
    0,
    lines.findLastIndex((line, index) => index <= last && /^Traceback |^\s*\| Traceback /.test(line)),
  );
  const frames = lines.flatMap((line, index) => {
    const frame = index >= begin && index <= last ? PYTHON_FRAME.exec(line) : null;
    if (!frame) return [];
    const next = lines[index + 1] ?? '';
    const code = /^\s{4,}\S/.test(next) ? next.trim() : undefined;
    return [{ file: frame[1] ?? '', line: Number(frame[2]), text: line, code }];
  });
  const own = frames.findLast(({ file }) => !PYTHON_LIBRARY.test(file)) ?? frames.at(-1);
  const [, name = found[3] ?? '', message = ''] = found;
  const more = lines
    .slice(at + 1)
    .filter((line) => line !== '' && !/^\s/.test(line))
    .slice(0, 1);
  return {
    name,
    message,
    ...placeOf(own),
    inThread:
      lines
        .slice(0, begin)
        .findLast((line) => line !== '')
        ?.startsWith('Exception in thread') ?? false,
    lines: [
      ...(own ? [own.text.trim(), ...(own.code === undefined ? [] : [`  ${own.code}`])] : []),
      lines[at] ?? '',
      ...(/^[A-Za-z]/.test(more[0] ?? '') && message === '' ? more : []),
    ],
  };
}

const JAVA_ERROR =
  /^(?:Exception in thread "([^"]*)" )?((?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error))(?:: (.*))?$/;
const JAVA_FRAME = /^\s+at ([\w.$/<>]+)\(([\w$]+\.java):(\d+)\)/;
const JAVA_LIBRARY = /^(java|jdk|sun|javax)\b/;

/** As Java prints it: the error, and below it the frames from the innermost on; its cause comes last and tells most. */
function javaError(lines: readonly string[]): ProgramError | undefined {
  const heads = lines.flatMap((line, index) => {
    const found = JAVA_ERROR.exec(line.replace(/^Caused by: /, ''));
    // A message that holds line breaks stands on several lines.
    const below = lines.slice(index + 1, index + FARTHEST_FRAME).findIndex((next) => /^\s+at /.test(next));
    return found && below >= 0 ? [{ found, index: index + below }] : [];
  });
  const head = heads.at(-1);
  if (!head) return undefined;
  const [, thread, name = '', message = ''] = head.found;
  const rest = lines.slice(head.index + 1);
  const end = rest.findIndex((line) => !/^\s+at /.test(line));
  const frames = rest.slice(0, end === -1 ? undefined : end).flatMap((line) => {
    const frame = JAVA_FRAME.exec(line);
    if (!frame || JAVA_LIBRARY.test(frame[1] ?? '')) return [];
    return [{ file: frame[2] ?? '', line: Number(frame[3]), text: line }];
  });
  const [own] = frames;
  return {
    name,
    message,
    ...placeOf(own),
    inThread: thread !== undefined && thread !== 'main',
    lines: [head.found[0], ...(own ? [`  ${own.text.trim()}`] : [])],
  };
}

const NODE_ERROR = /^(?:Uncaught )?([A-Z]\w*)?(Error)( \[\w+\])?(?:: (.*))?$/;
/** In how many lines below an error its first frame is. */
const FARTHEST_FRAME = 8;
const NODE_FRAME = /^\s+at (?:.* \()?(?:file:\/\/)?(\/[^:()]+):(\d+):\d+\)?$/;
const NODE_HEAD = /^(?:file:\/\/)?(\/[^:]+):(\d+)$/;

/**
 * As Node prints it: perhaps the place and its source text, the error, and the frames from the innermost on. A message
 * that holds line breaks stands on several lines.
 */
function nodeError(lines: readonly string[]): ProgramError | undefined {
  const isFrame = (line: string) => /^\s+at /.test(line);
  const index = lines.findLastIndex(
    (line, at) =>
      NODE_ERROR.test(line) &&
      lines.slice(at + 1, at + FARTHEST_FRAME).some((next) => isFrame(next) || next.startsWith('Node.js v')),
  );
  const end = lines.findIndex((line, at) => at > index && (isFrame(line) || line.startsWith('Node.js v')));
  const text = lines.slice(index, end).join('\\n');
  const found = index === -1 ? null : NODE_ERROR.exec(text);
  if (!found) return undefined;
  const [, kind = '', , code = '', message = ''] = found;
  const frames = lines.slice(end).map((line) => ({ text: line, match: NODE_FRAME.exec(line) }));
  const own = frames.find(({ match }) => match && !match[1]?.includes('node_modules/'));
  const head = lines.slice(0, index).findLastIndex((line) => NODE_HEAD.test(line));
  const [, file, line] = NODE_HEAD.exec(lines[head] ?? '') ?? [];
  const place = own?.match
    ? { file: own.match[1] ?? '', line: Number(own.match[2]), text: own.text, code: undefined }
    : file === undefined
      ? undefined
      : { file, line: Number(line), text: lines[head] ?? '', code: lines[head + 1]?.trim() };
  return {
    name: `${kind}Error${code}`,
    message,
    ...placeOf(place),
    inThread: false,
    lines: [
      ...(own ? [] : place ? [place.text, ...(place.code ? [`  ${place.code}`] : [])] : []),
      text,
      ...(own ? [`  ${own.text.trim()}`] : []),
    ],
  };
}

const PERL_ERROR = /^(.*) at (\S+\.p[lm]) line (\d+)(?:, <\w+> (?:line|chunk) \d+)?\.$/;

/** As Perl prints it, in one line. */
function perlError(lines: readonly string[]): ProgramError | undefined {
  const text = lines.findLast((line) => PERL_ERROR.test(line));
  const [, message = '', file = '', line] = PERL_ERROR.exec(text ?? '') ?? [];
  if (text === undefined) return undefined;
  return { name: 'die', message, place: { file, line: Number(line) }, inThread: false, lines: [text] };
}

function placeOf(
  frame: { readonly file: string; readonly line: number; readonly code?: string | undefined } | undefined,
): { place?: ErrorPlace } {
  if (!frame) return {};
  const { file, line, code } = frame;
  return { place: { file: baseName(file), line, ...defined({ code }) } };
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
