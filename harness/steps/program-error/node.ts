import { FARTHEST_FRAME, type ProgramError, placeOf } from './error.ts';

const NODE_ERROR = /^(?:Uncaught )?([A-Z]\w*)?(Error)( \[\w+\])?(?:: (.*))?$/;
const NODE_FRAME = /^\s+at (?:.* \()?(?:file:\/\/)?(\/[^:()]+):(\d+):\d+\)?$/;
const NODE_HEAD = /^(?:file:\/\/)?(\/[^:]+):(\d+)$/;

/**
 * As Node prints it: perhaps the place and its source text, the error, and the frames from the innermost on. A message
 * that holds line breaks stands on several lines.
 */
export function nodeError(lines: readonly string[]): ProgramError | undefined {
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
