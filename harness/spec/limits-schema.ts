import * as v from 'valibot';
import { duration } from '../base/fields.ts';
import type { LimitName } from '../model/index.ts';

const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;
const SIZE = 'is an amount from 1MiB to 64GiB, such as 256MiB';

/** An amount of memory or disk in bytes. */
const size = v.pipe(
  v.union([v.string(), v.number()], SIZE),
  v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
    const match = /^(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB)?$/.exec(String(dataset.value));
    const bytes = Math.round(Number(match?.[1]) * UNITS[(match?.[2] ?? 'B') as keyof typeof UNITS]);
    if (bytes >= UNITS.MiB && bytes <= 64 * UNITS.GiB) return bytes;
    addIssue({ message: SIZE });
    return NEVER;
  }),
);

const LEAST = 100;
const MOST = 24 * 60 * 60_000;
const time = v.pipe(
  duration,
  v.minValue(LEAST, 'is at least 100ms'),
  v.maxValue(MOST, 'is at most a day (1440m)'),
);

const PROCESSES = 'is a whole number from 4 to 4096';
const processes = v.pipe(
  v.number(PROCESSES),
  v.integer(PROCESSES),
  v.minValue(4, PROCESSES),
  v.maxValue(4096, PROCESSES),
);

/** What a program may use. */
export const limitsSchema = v.strictObject(
  {
    memory: v.exactOptional(size),
    cpu: v.exactOptional(time),
    processes: v.exactOptional(processes),
    disk: v.exactOptional(size),
    output: v.exactOptional(size),
    time: v.exactOptional(time),
  } satisfies Record<LimitName, unknown>,
  'is a map such as {memory: 256MiB, cpu: 20s}',
);
