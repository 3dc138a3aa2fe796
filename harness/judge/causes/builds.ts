import type { Finding } from '../../model/index.ts';
import { saysAny } from './evidence.ts';
import type { Certainty } from './row.ts';

/** What a compiler, linker or make says in its first error, and how to fix that. */
export interface BuildRow {
  readonly id: string;
  readonly certainty: Certainty;
  /** Any of these is in the first error, upper and lower case alike. */
  readonly text: readonly string[];
  readonly hint: string;
}

/** The first that fits counts. */
export const BUILDS: readonly BuildRow[] = [
  // make
  {
    id: 'make_separator',
    certainty: 'proved',
    text: ['missing separator'],
    hint: 'Begin the commands below a rule of the Makefile with a tab, not with spaces.',
  },
  {
    id: 'makefile_missing',
    certainty: 'proved',
    text: ['no makefile found'],
    hint: 'Hand in the Makefile as well, under this name and beside the sources.',
  },
  {
    id: 'make_target_missing',
    certainty: 'proved',
    text: ['No rule to make target'],
    hint: 'Hand in every source and header that the Makefile names, and spell its name exactly, upper and lower case too: one of them is not there.',
  },
  // Files and headers
  {
    id: 'build_file_missing',
    certainty: 'proved',
    text: ['No such file or directory', 'file not found'],
    hint: 'Hand in the file that is named there, and spell its name exactly, upper and lower case too. Headers that only one system has, such as <winsock2.h>, are not here.',
  },
  {
    id: 'class_in_other_file',
    certainty: 'proved',
    text: ['should be declared in a file named'],
    hint: 'Rename the file or the class: a public class stands in a file of its own name.',
  },
  {
    id: 'package_missing',
    certainty: 'proved',
    text: ['does not exist'],
    hint: 'Hand in every file that the program needs, and use no libraries that must be installed: that package is not part of Java, or its name is misspelt.',
  },
  // Names
  {
    id: 'type_not_declared',
    certainty: 'proved',
    text: ['storage size of', 'incomplete type', 'invalid application of'],
    hint: 'Include the header that the manual page of the type names, <netinet/in.h> for struct sockaddr_in, <netdb.h> for struct addrinfo: the compiler has not read what that type is.',
  },
  {
    id: 'function_not_declared',
    certainty: 'proved',
    text: ['implicit declaration of function'],
    hint: 'Include the header that the manual page of the function names (<sys/socket.h>, <arpa/inet.h>, <unistd.h>, <string.h>), or look for a spelling mistake in its name.',
  },
  {
    id: 'name_not_declared',
    certainty: 'proved',
    text: ['undeclared', 'was not declared in this scope', 'unknown type name', 'has no member named'],
    hint: 'Look for a spelling mistake, a missing declaration, or a missing #include: that name is not known there.',
  },
  {
    id: 'symbol_unknown',
    certainty: 'proved',
    text: ['cannot find symbol'],
    hint: 'Look for a spelling mistake, a missing declaration, or a missing import (java.net.*, java.io.*): that name is not known there.',
  },
  // Linker
  {
    id: 'main_missing',
    certainty: 'proved',
    text: ["undefined reference to 'main'", "undefined reference to 'WinMain'"],
    hint: 'Compile the file with main() too: there is no such function among what was compiled. Is it handed in, and does the Makefile name it?',
  },
  {
    id: 'library_missing',
    certainty: 'proved',
    text: [
      "undefined reference to 'pthread_",
      "undefined reference to 'sqrt'",
      "undefined reference to 'pow'",
    ],
    hint: 'Add the library to the command: -pthread, or -lm at its end.',
  },
  {
    id: 'function_missing',
    certainty: 'proved',
    text: ['undefined reference', 'undefined symbol'],
    hint: 'Compile every source file into the program, and spell the name the same where the function is called and where it is written: it is nowhere written.',
  },
  {
    id: 'defined_twice',
    certainty: 'proved',
    text: [
      'multiple definition of',
      'redefinition of',
      'is already defined',
      'redeclaration of',
      'duplicate class',
    ],
    hint: 'Define that name once only: keep definitions out of headers (only declarations there), and compile each source once.',
  },
  // Grammar
  {
    id: 'semicolon_missing',
    certainty: 'proved',
    text: ["';' expected", "expected ';'", "expected ',' or ';'", "expected '=', ',', ';'"],
    hint: 'Put a semicolon at the end of the named line, or of the one before it.',
  },
  {
    id: 'brace_missing',
    certainty: 'proved',
    text: [
      'reached end of file while parsing',
      'at end of input',
      "expected '}'",
      'expected declaration or statement',
    ],
    hint: 'Close every brace: count { and } from the last function upwards, one } is missing.',
  },
  {
    id: 'quote_missing',
    certainty: 'proved',
    text: ['missing terminating " character', 'unclosed string literal', 'stray'],
    hint: 'Close the quote in the named line, or replace a character there that looks like one and is none (copied from a document).',
  },
  {
    id: 'bracket_missing',
    certainty: 'proved',
    text: [
      "expected ')'",
      "')' expected",
      "expected '('",
      "')' or ',' expected",
      'illegal start of expression',
      'expected expression',
      'not a statement',
      '<identifier> expected',
    ],
    hint: 'Look for a bracket, a quote or an operator that is missing in the named line or just before: it is no valid statement.',
  },
  // Types
  {
    id: 'exception_unreported',
    certainty: 'proved',
    text: ['unreported exception'],
    hint: 'Put that call into try/catch, or let its method say "throws IOException": it may throw one.',
  },
  {
    id: 'wrong_type',
    certainty: 'proved',
    text: [
      'incompatible types',
      'invalid conversion from',
      'incompatible type for',
      'incompatible pointer type',
      'cannot convert',
      'invalid operands',
      'bad operand types',
    ],
    hint: 'Convert the value (Integer.parseInt(), atoi(), getBytes()), or declare the variable otherwise: it is of another type than what it is given to.',
  },
  {
    id: 'wrong_parameters',
    certainty: 'proved',
    text: [
      'too few arguments',
      'too many arguments',
      'cannot be applied to given types',
      'no suitable method',
      'no suitable constructor',
    ],
    hint: 'Compare the call with the manual page or the declaration of the function: it takes other arguments.',
  },
  {
    id: 'value_missing',
    certainty: 'proved',
    text: ['might not have been initialized', 'missing return statement'],
    hint: 'Give a value on every path: there is a way through the function on which nothing is set or returned.',
  },
  {
    id: 'warning_is_error',
    certainty: 'proved',
    text: ['[-Werror', 'warnings being treated as errors', 'warnings found and -Werror'],
    hint: 'Correct what the warning says: the build takes warnings for errors (-Werror).',
  },
  {
    id: 'java_version',
    certainty: 'proved',
    text: ['invalid source release', 'invalid target release', 'release version', 'class file version'],
    hint: 'Leave --release, -source and -target out of the command: it asks for another version of Java than this machine has.',
  },
  {
    id: 'build_tool_missing',
    certainty: 'proved',
    text: ['command not found', ': not found', 'Command not found'],
    hint: 'Build with the compiler alone (gcc, javac) or with make: a command that the build calls is not on this machine.',
  },
];

/** What is wrong with a build that ended well. */
export const MADE: readonly BuildRow[] = [
  {
    id: 'other_name_made',
    certainty: 'proved',
    text: [],
    hint: 'Let the build make a program of the name that is started (gcc -o, the target in the Makefile), or start the one that it makes: --run "./{made} {port}".',
  },
  {
    id: 'nothing_made',
    certainty: 'proved',
    text: [],
    hint: 'Let the first rule of the Makefile build the program, under the name that is started (gcc -o): the build makes none.',
  },
];

/** What is said where nothing is known of the first error. */
const FIRST_ERROR: BuildRow = {
  id: 'build_error',
  certainty: 'likely',
  text: [],
  hint: 'Build it by hand with the same command, and correct the first error first: later ones may only follow from it.',
};

/** The cause of a failed build, from its first error alone: later ones may only follow from it. */
export function buildCause({ detail, actual = '' }: Pick<Finding, 'detail' | 'actual'>): BuildRow {
  const made = MADE.find(({ id }) => id === detail);
  // Compilers write names between quotes of their language.
  const line = actual.replace(/[‘’`]/g, "'");
  return made ?? BUILDS.find(({ text }) => saysAny(line, text)) ?? FIRST_ERROR;
}
