export type { Comparison } from './compare.ts';
export { compareWithStrace, traceFileIn } from './strace-files.ts';
