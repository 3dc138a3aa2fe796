import type { KnownError } from '../model/index.ts';
import { knownError } from './known-errors.ts';

/** What compilers, linkers and make say, and the mend. The first that fits counts; an assignment's own come before. */
export const BUILD_ERRORS: readonly KnownError[] = [
  // make
  {
    text: ['missing separator'],
    hint: 'The commands below a rule of a Makefile begin with a tab, not with spaces.',
  },
  {
    text: ['no makefile found'],
    hint: 'Hand in the Makefile as well, under this name and beside the sources.',
  },
  {
    text: ['No rule to make target'],
    hint: 'The Makefile names a file that is not there: hand in every source and header, and spell its name exactly, upper and lower case too.',
  },
  // Files and headers
  {
    text: ['No such file or directory', 'file not found'],
    hint: 'A file that is named there was not handed in, or has another name: hand in every source and header, and spell names exactly, upper and lower case too. Headers that only one system has, such as <winsock2.h>, are not here.',
  },
  {
    text: ['should be declared in a file named'],
    hint: 'A public class stands in a file of its own name: rename the file or the class.',
  },
  {
    text: ['does not exist'],
    hint: 'That package is not part of Java, or its name is misspelt: hand in every file that the program needs, and use no libraries that must be installed.',
  },
  // Names
  {
    text: ['storage size of', 'incomplete type', 'invalid application of'],
    hint: 'The compiler has not read what that type is: include the header that its manual page names, <netinet/in.h> for struct sockaddr_in, <netdb.h> for struct addrinfo.',
  },
  {
    text: ['implicit declaration of function'],
    hint: 'The compiler has not read of that function: include the header that its manual page names (<sys/socket.h>, <arpa/inet.h>, <unistd.h>, <string.h>), or look for a spelling mistake.',
  },
  {
    text: ['undeclared', 'was not declared in this scope', 'unknown type name', 'has no member named'],
    hint: 'That name is not known there: look for a spelling mistake, a missing declaration, or a missing #include.',
  },
  {
    text: ['cannot find symbol'],
    hint: 'That name is not known there: look for a spelling mistake, a missing declaration, or a missing import (java.net.*, java.io.*).',
  },
  // Linker
  {
    text: ["undefined reference to 'main'", "undefined reference to 'WinMain'"],
    hint: 'There is no function main() among what was compiled: is the file with it handed in, and does the Makefile name it?',
  },
  {
    text: [
      "undefined reference to 'pthread_",
      "undefined reference to 'sqrt'",
      "undefined reference to 'pow'",
    ],
    hint: 'A library is missing from the command: add -pthread, or -lm at its end.',
  },
  {
    text: ['undefined reference', 'undefined symbol'],
    hint: 'That function is called but nowhere written: compile every source file into the program, and spell its name the same in both places.',
  },
  {
    text: ['multiple definition of', 'redefinition of', 'is already defined'],
    hint: 'That name is defined twice: keep definitions out of headers (only declarations there), and compile each source once.',
  },
  // Grammar
  {
    text: ["';' expected", "expected ';'", "expected ',' or ';'", "expected '=', ',', ';'"],
    hint: 'A semicolon is missing at the end of the named line, or of the one before it.',
  },
  {
    text: ['reached end of file while parsing', 'at end of input', "expected '}'"],
    hint: 'A closing brace } is missing: count them from the last function upwards.',
  },
  {
    text: [
      "expected ')'",
      "')' expected",
      "expected '('",
      "')' or ',' expected",
      'illegal start of expression',
    ],
    hint: 'The named line is no valid statement: a bracket, a quote or an operator is missing there or just before.',
  },
  {
    text: ['missing terminating " character', 'unclosed string literal', 'stray'],
    hint: 'A quote is not closed, or a character stands there that looks like one and is none (copied from a document).',
  },
  // Types
  {
    text: ['unreported exception'],
    hint: 'That call may throw an IOException: put it into try/catch, or let main say "throws IOException".',
  },
  {
    text: [
      'incompatible types',
      'invalid conversion from',
      'incompatible type for',
      'incompatible pointer type',
    ],
    hint: 'The value is of another type than what it is given to: convert it (Integer.parseInt(), atoi(), getBytes()), or declare the variable otherwise.',
  },
  {
    text: ['too few arguments', 'too many arguments', 'cannot be applied to given types'],
    hint: 'The function takes other arguments: compare the call with its manual page or its declaration.',
  },
  {
    text: ['might not have been initialized', 'missing return statement'],
    hint: 'There is a way through the function on which nothing is set or returned: give a value on every path.',
  },
  {
    text: ['[-Werror'],
    hint: 'The build takes warnings for errors (-Werror): mend what the warning says.',
  },
  {
    text: ['invalid source release', 'invalid target release', 'release version', 'class file version'],
    hint: 'The command asks for another version of Java than this machine has: leave --release, -source and -target out.',
  },
];

/** How to mend a failed build: by the first of its lines of which something is known. */
export function knownBuildError(
  lines: readonly string[],
  own: readonly KnownError[] = [],
): string | undefined {
  for (const line of lines) {
    const hint = knownError(line.replace(/[‘’`]/g, "'"), own, BUILD_ERRORS);
    if (hint !== undefined) return hint;
  }
  return undefined;
}
