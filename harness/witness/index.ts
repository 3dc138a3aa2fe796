export { compareWithStrace, traceFileIn } from './strace-files.ts';
