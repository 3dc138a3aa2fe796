import { type ErrorRow, early, isClient, isServer } from './row.ts';

/** A value is not what the program takes it for. The first that fits counts, so what is more special stands first. */
export const VALUES: readonly ErrorRow[] = [
  {
    id: 'missing_argument',
    text: [
      'list index out of range',
      'Index 0 out of bounds',
      'Index 1 out of bounds',
      'usage:',
      'ArrayIndexOutOfBoundsException',
    ],
    when: early,
    hint: 'Take only the arguments that are there: the port is the first argument of a server, a client has host and port. See how it is started. {where}',
  },
  {
    id: 'unknown_name',
    text: [
      'NameError',
      'UnboundLocalError',
      'ReferenceError',
      'Call to undefined function',
      'Undefined subroutine',
    ],
    hint: 'Look for a spelling mistake in the named line, or a missing import: a name is used there that was never set. {where}',
  },
  {
    id: 'input_has_ended',
    text: ['EOFError', 'No line found', 'NoSuchElementException'],
    when: isServer,
    hint: 'Take what the program needs from the command line or from the client: it asks for input, and nothing is typed.',
  },
  {
    id: 'input_has_ended_client',
    text: ['EOFError', 'No line found', 'NoSuchElementException'],
    when: isClient,
    hint: 'Leave the loop when the input has ended: the program asks its user again, and nothing more is typed (as after Ctrl-D). First receive and print the whole reply. {where}',
  },
  {
    id: 'nothing_where_value',
    text: [
      'NullPointerException',
      "'NoneType' object",
      'Cannot read properties of undefined',
      'Cannot read properties of null',
      'Cannot invoke',
      'nil pointer dereference',
      '`Option::unwrap()` on a `None` value',
      'on an undefined value',
    ],
    hint: {
      java: 'Check for null before use: readLine() returns null once the {peer} has gone, and accept() of a non-blocking channel where no client waits. {where}',
      python:
        'Check for None before use: a function that returns nothing, or a search without a result, gives None. {where}',
      other:
        'Check that the value is there before use: the named line expects one, and there is none. {where}',
    },
  },
  {
    id: 'no_number',
    text: [
      'invalid literal for int()',
      'could not convert string to float',
      'NumberFormatException',
      'invalid digit found in string',
      'ParseIntError',
      'strconv.Atoi',
    ],
    hint: 'Check the text before turning it into a number, spaces and the newline included: it is none. {where}',
  },
  {
    id: 'no_such_element',
    text: [
      'IndexError',
      'ArrayIndexOutOfBoundsException',
      'StringIndexOutOfBoundsException',
      'IndexOutOfBoundsException',
      'index out of range',
      'index out of bounds',
      'not enough values to unpack',
      'too many values to unpack',
      'IllegalArgumentException: Illegal character',
    ],
    hint: 'Check how many elements there are before asking for one: a message may be short, empty or cut anywhere. {where}',
  },
  {
    id: 'no_such_key',
    text: ['KeyError'],
    hint: 'Check with `in` whether the key is there, or use get(): the dictionary has none of that name. {where}',
  },
  {
    id: 'missing_class',
    text: ['Could not find or load main class', 'NoClassDefFoundError', 'ClassNotFoundException'],
    hint: 'Name the class like its file, leave out "package", and hand in all its files: Java does not find it.',
  },
  {
    id: 'out_of_memory',
    text: ['OutOfMemoryError', 'MemoryError', 'heap out of memory', 'bad_alloc', 'Cannot allocate memory'],
    hint: 'Take data in pieces of fixed size, and trust no length that the {peer} names without a limit: the program wants more memory than there is. {where}',
  },
  {
    id: 'endless_recursion',
    text: ['StackOverflowError', 'RecursionError', 'Maximum call stack size exceeded'],
    hint: 'Use a loop for the next client or message: a function calls itself without end. {where}',
  },
];

/** The same, where nothing more special fits. */
export const MISUSED: readonly ErrorRow[] = [
  {
    id: 'missing_attribute',
    text: ['AttributeError', 'is not a function', 'TypeError: Cannot', "Can't locate object method"],
    hint: 'Look at what the value in the named line is: it has nothing of that name. {where}',
  },
  {
    id: 'wrong_argument',
    text: ['TypeError'],
    when: ({ language }) => language === 'python',
    hint: 'Compare the call in the named line with its documentation: it gets other arguments than it takes. {where}',
  },
];
