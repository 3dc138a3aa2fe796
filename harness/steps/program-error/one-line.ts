import { type ProgramError, placeOf } from './error.ts';

const PERL_ERROR = /^(.*) at (\S+\.p[lm]) line (\d+)(?:, <\w+> (?:line|chunk) \d+)?\.$/;

/** As Perl prints it, in one line. */
export function perlError(lines: readonly string[]): ProgramError | undefined {
  const text = lines.findLast((line) => PERL_ERROR.test(line));
  const [, message = '', file = '', line] = PERL_ERROR.exec(text ?? '') ?? [];
  if (text === undefined) return undefined;
  return { name: 'die', message, place: { file, line: Number(line) }, inThread: false, lines: [text] };
}

const RUBY_ERROR = /^(\S+\.rb):(\d+):in .*?['`"]: (.*) \(([A-Z][\w:]*)\)$/;

/** As Ruby prints it: place, message and name in one line, and below that the way to it. */
export function rubyError(lines: readonly string[]): ProgramError | undefined {
  const text = lines.findLast((line) => RUBY_ERROR.test(line));
  const [, file = '', line, message = '', name = ''] = RUBY_ERROR.exec(text ?? '') ?? [];
  if (text === undefined) return undefined;
  return { name, message, ...placeOf({ file, line: Number(line) }), inThread: false, lines: [text] };
}
