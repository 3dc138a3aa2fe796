import { defineObservation } from './definition.ts';

/** The program's end of a connection. */
export interface Unread {
  readonly what: 'unread';
  readonly conn: string;
  readonly bytes: number | null;
  readonly accepted: boolean;
  readonly fin: boolean;
}

export const unread = defineObservation<Unread>({
  what: 'unread',
  describe: ({ conn, bytes, accepted }) =>
    bytes === null
      ? `the program’s end of ${conn} is gone`
      : `${conn} ${accepted ? 'accepted' : 'waits for accept()'} · ${bytes} bytes unread`,
});
