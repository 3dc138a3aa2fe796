import type { Cause } from '../model/index.ts';

/** How bytes differ from those expected. */
export interface Difference {
  readonly cause: Cause;
  /** Offset of the first wrong byte; the length of what came when bytes are missing at its end. */
  readonly at: number;
  /** The cause in a plain sentence, without a capital at its beginning and without a full stop. */
  readonly description: string;
  /** How many of the expected bytes did not come, where that is known. */
  readonly missing?: number;
  /** How many bytes came that were not expected, where that is known. */
  readonly extra?: number;
}

/** A header field of an HTTP message. */
export interface HttpHeader {
  readonly name: string;
  readonly value: string;
}
