import { Transform } from 'node:stream';

/** An archive that is given up as a whole; the message says why, for a person. */
export class ArchiveRefused extends Error {}

/** How much may be unpacked. */
export interface Limits {
  readonly files: number;
  /** Unpacked, all files together. */
  readonly bytes: number;
  /** Of one file; a longer one is left out. @default as many as all together */
  readonly fileBytes?: number;
}

/** For what one student hands in. */
export const SUBMISSION_LIMITS: Limits = { files: 5_000, bytes: 256 * 1024 ** 2 };
/** For the download of a whole course. */
export const COURSE_LIMITS: Limits = { files: 500_000, bytes: 64 * 1024 ** 3, fileBytes: 256 * 1024 ** 2 };

/** Counts what is unpacked against the limits; archives within archives share it. */
export class Room {
  readonly limits: Limits;
  #files = 0;
  #bytes = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Throws ArchiveRefused when there are too many files. */
  addFile(): void {
    if (++this.#files > this.limits.files)
      throw new ArchiveRefused(`it holds more than ${this.limits.files.toLocaleString('en')} files`);
  }

  /** Throws ArchiveRefused when there are too many bytes. */
  addBytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > this.limits.bytes)
      throw new ArchiveRefused(
        `it unpacks to more than ${Math.round(this.limits.bytes / 1024 ** 2).toLocaleString('en')} MiB`,
      );
  }

  /** Lets bytes through as long as there is room for them. */
  gate(): Transform {
    const add = (count: number) => this.addBytes(count);
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        try {
          add(chunk.length);
          done(null, chunk);
        } catch (error) {
          done(error as Error);
        }
      },
    });
  }
}
