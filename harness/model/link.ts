/** What a link does to what goes through it; chances are from 0 to 1. */
export interface LinkRule {
  /** A chance, or the numbers (from 1, for each direction) of the datagrams that are lost. */
  readonly drop?: number | readonly number[];
  /** Milliseconds that each one takes longer, between these two. */
  readonly delay?: readonly [number, number];
  readonly duplicate?: number;
  /** The chance that one is overtaken by the next. */
  readonly reorder?: number;
  /** Into how many pieces what is sent by TCP is cut, between these two. */
  readonly pieces?: readonly [number, number];
  /** Most losses one after another; so many tries and one more always get through. */
  readonly inARow: number;
  readonly direction: LinkDirection | 'both';
}

export type LinkDirection = 'to_program' | 'from_program';

/** What a link did to a datagram, or to a piece of a stream. */
export type LinkEffect = 'dropped' | 'delayed' | 'duplicated' | 'overtaken';
