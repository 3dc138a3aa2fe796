import { FORMATS } from '../index.ts';

/** What writes each format, by its name. */
export const RENDERERS = Object.fromEntries(
  await Promise.all(
    Object.entries(FORMATS).map(async ([name, format]) => [name, await format.load()] as const),
  ),
);
