import { FARTHEST_FRAME, type ProgramError, placeOf } from './error.ts';

const JAVA_ERROR =
  /^(?:Exception in thread "([^"]*)" )?((?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error))(?:: (.*))?$/;
const JAVA_FRAME = /^\s+at ([\w.$/<>]+)\(([\w$]+\.java):(\d+)\)/;
const JAVA_LIBRARY = /^(java|jdk|sun|javax)\b/;

/** As Java prints it: the error, and below it the frames from the innermost on; its cause comes last and tells most. */
export function javaError(lines: readonly string[]): ProgramError | undefined {
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
