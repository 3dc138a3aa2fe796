/** Something that happened at one place: at a client, in a program, in the kernel, or in the grader. */
export interface Mark {
  readonly kind: 'mark';
  readonly t: number;
  readonly at: 'client' | 'program' | 'kernel' | 'grader';
  readonly sign: 'start' | 'print' | 'signal' | 'exit' | 'error' | 'seen' | 'note';
  /** Name of the connection or of the program. */
  readonly who: string;
  readonly label: string;
  readonly bytes: string;
}

/** Something that went from a client to the program, or back. */
export interface Message {
  readonly kind: 'message';
  readonly t: number;
  readonly way: 'out' | 'in';
  readonly sign: 'connect' | 'refused' | 'data' | 'fin' | 'rst';
  readonly conn: string;
  /** The program at the other end, where it is known. */
  readonly program?: string;
  readonly label: string;
  readonly bytes: string;
}

/** A line of the picture, from top to bottom. */
export type TimelineRow =
  | Mark
  | Message
  | { readonly kind: 'step'; readonly label: string; readonly failed: boolean }
  /** Nothing happened for a while, in milliseconds. */
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'gap'; readonly label: string }
  /** Where it went wrong; `sure` is false when there is no verdict. */
  | { readonly kind: 'failure'; readonly label: string; readonly sure: boolean };
