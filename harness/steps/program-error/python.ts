import { type ProgramError, placeOf } from './error.ts';

const PYTHON_FRAME = /^\s*File "([^"]+)", line (\d+)/;
const PYTHON_LIBRARY = /\/lib\/python|^<|\/site-packages\//;
const PYTHON_ERROR = /^([A-Za-z_][\w.]*): ?(.*)$|^([A-Z]\w*(?:Error|Exception|Interrupt|Exit|Iteration))$/;

/** As Python prints it: frames from the outermost on, each with its line, and the error below them. */
export function pythonError(lines: readonly string[]): ProgramError | undefined {
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
