import type { ErrorRow } from './row.ts';

/** A module is not there. */
const MISSING = [
  'ModuleNotFoundError',
  'No module named',
  'ImportError',
  'Cannot find module',
  'Cannot find package',
  'ERR_MODULE_NOT_FOUND',
  'in @INC',
];

/** The program cannot be loaded: modules, syntax. The first that fits counts, so what is more special stands first. */
export const LOADING: readonly ErrorRow[] = [
  {
    id: 'shadowed_module',
    text: [
      'partially initialized module',
      'shadowing',
      'circular import',
      'has the same name as the standard library module',
      "module 'socket' has no attribute",
      "module 'threading' has no attribute",
      "module 'select' has no attribute",
      "module 'queue' has no attribute",
      "module 'random' has no attribute",
      "module 'json' has no attribute",
    ],
    hint: 'Give your own file another name: one that is called like a module of Python (socket.py, threading.py, queue.py) is imported in its place. {where}',
  },
  {
    id: 'missing_module',
    text: MISSING,
    when: (seen) => seen.instance?.packages === undefined,
    hint: 'Hand in every file that the program needs, and use no packages that must be installed: the module that the named line imports is not there. {where}',
  },
  {
    id: 'not_installed',
    text: MISSING,
    when: (seen) => seen.instance?.packages !== undefined,
    hint: 'Do without packages that must be installed, or ask course staff to install them where programs are graded: {list} asks for {packages}, but nothing is installed for a grading, which has no network. {where}',
  },
  {
    id: 'module_kind',
    text: [
      'require is not defined in ES module',
      'Cannot use import statement outside a module',
      'require is not defined',
    ],
    hint: 'Name the file after what it uses: a .mjs file uses import, a .js file require().',
  },
  {
    id: 'indentation',
    text: ['IndentationError', 'TabError'],
    hint: 'Indent with four spaces everywhere, never with tabs: Python does not accept how the named line is indented. {where}',
  },
  {
    id: 'python_2',
    text: ["Missing parentheses in call to 'print'", 'Missing parentheses in call to "print"'],
    hint: 'Write print("…") with brackets: this is Python 2, and Python 3 is used here. {where}',
  },
  {
    id: 'no_json',
    text: [
      'is not valid JSON',
      'in JSON at position',
      'JSONDecodeError',
      'Unexpected end of JSON input',
      'Expecting value',
    ],
    hint: 'Leave the parsing of JSON out, or catch its error: what came is no JSON, or only a part of it. {where}',
  },
  {
    id: 'syntax_error',
    text: ['SyntaxError', 'syntax error'],
    hint: 'Correct the named line: the program has a syntax error, so nothing of it runs. {where}',
  },
];
