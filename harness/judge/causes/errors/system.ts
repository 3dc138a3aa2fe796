import type { ErrorRow } from './row.ts';

/** What is to be started or opened is not there. */
export const STARTED: readonly ErrorRow[] = [
  {
    id: 'bad_interpreter',
    text: ['bad interpreter', 'python3\\r', 'env: ‘'],
    hint: 'Save the script with plain \\n at the ends of its lines: its first line names an interpreter that is not there, and with Windows line endings (CRLF) none is.',
  },
  {
    id: 'not_a_program',
    text: ['command not found', 'Exec format error', 'cannot execute'],
    hint: 'Hand in sources, not what was built elsewhere: what is started is not there, or no program for this machine.',
  },
  {
    id: 'missing_file',
    text: [
      'No such file or directory',
      'ENOENT',
      'FileNotFoundException',
      'FileNotFoundError',
      'NoSuchFileException',
    ],
    hint: 'Catch the error of opening the file and answer without it: a {peer} may ask for one that is not there. Name files relative to the folder that the program is started in. {where}',
  },
];

/** Memory is misused, or an assertion does not hold. */
export const MEMORY: readonly ErrorRow[] = [
  {
    id: 'memory_misused',
    text: ['AddressSanitizer', 'Segmentation fault', 'stack smashing detected', 'buffer overflow detected'],
    hint: 'Check array bounds and the size handed to recv(), and put the final \\0 only where there is room for it: memory was used that is not there.',
  },
  {
    id: 'heap_damaged',
    text: ['double free', 'free(): invalid', 'malloc(): corrupted', 'munmap_chunk()', 'corrupted size vs'],
    hint: 'Build with -fsanitize=address -g to see where: something is freed twice, or written beyond its end.',
  },
  {
    id: 'assertion_failed',
    text: ['Assertion', 'AssertionError', 'ERR_ASSERTION'],
    hint: 'Print the values in the assertion to see why it does not hold, and correct what sets them. {where}',
  },
];

/** The program may not do what it tries. */
export const REFUSED: readonly ErrorRow[] = [
  {
    id: 'permission',
    text: ['Permission denied', 'EACCES', 'PermissionError', 'AccessDeniedException'],
    hint: 'Listen on no port below 1024, write only to the own folder, and mark scripts as executable: the program may not do this here. {where}',
  },
];
