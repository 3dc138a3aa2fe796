import type { Book } from './book.ts';
import { brightspaceGradebook } from './brightspace.ts';
import { canvasGradebook } from './canvas.ts';
import { moodleGradebook } from './moodle.ts';
import { plainGradebook } from './plain.ts';

/** Every system that a gradebook can be made for, by the name that `--gradebook` takes. */
export const GRADEBOOKS = {
  plain: plainGradebook,
  canvas: canvasGradebook,
  moodle: moodleGradebook,
  brightspace: brightspaceGradebook,
} as const satisfies Readonly<Record<string, (book: Book) => string>>;

export type GradebookKind = keyof typeof GRADEBOOKS;
