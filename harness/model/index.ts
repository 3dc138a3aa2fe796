/**
 * The data that flows through the grader, one file for each stage; each type is made by one stage and read by the next:
 * Spec → Plan → Trace → Verdict → Report. Everything here is plain, read-only and JSON-safe. What the kernel was seen to say
 * has a module for each kind of observation, below `observations/`: its type, and its words.
 */

export type * from './cause.ts';
export type * from './common.ts';
export type * from './observations/index.ts';
export type * from './plan.ts';
export type * from './report.ts';
export type * from './spec.ts';
export type * from './trace.ts';
export type * from './verdict.ts';
