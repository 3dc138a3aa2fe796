import * as v from 'valibot';

/**
 * The kinds of values that steps are written with. A message may carry its fix after a line break:
 * the reader shows it under the caret.
 */

/** The message that makes the reader show the quoted form of what was written. */
export const TEXT_EXPECTED = 'must be text, so quote it';

export const text = v.string(TEXT_EXPECTED);

/** A name of a connection or a program. */
export const name = v.pipe(
  v.string('is a name'),
  v.regex(/^[A-Za-z_][\w-]*(\[\d+\])?$/, 'is a name: letters, digits, _ and -, beginning with a letter'),
);

const UNITS = { us: 0.001, ms: 1, s: 1000, m: 60_000 } as const;

/** A time with its unit, in milliseconds: `200ms`, `2s`, `1.5s`, `1m`. */
export const duration = v.pipe(
  v.union([v.string(), v.number()], 'is a duration such as 200ms or 2s'),
  v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
    const value = dataset.value;
    const match = /^(\d+(?:\.\d+)?)\s*(us|ms|s|m)$/.exec(String(value));
    if (match) return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
    const bare = /^\d+(\.\d+)?$/.test(String(value));
    addIssue({
      message: bare
        ? `is a duration and needs a unit\nwrite ${value}ms or ${value}s`
        : 'is a duration such as 200ms or 2s',
    });
    return NEVER;
  }),
);

/** A whole number of bytes; `64KiB` and `1MiB` are understood. */
export const byteCount = v.pipe(
  v.union([v.string(), v.number()], 'is a number of bytes such as 512, 64KiB or 1MiB'),
  v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
    const match = /^(\d+)\s*(B|KiB|MiB)?$/.exec(String(dataset.value));
    const factor = { B: 1, KiB: 1024, MiB: 1024 * 1024 }[match?.[2] ?? 'B'] ?? 1;
    const bytes = match ? Number(match[1]) * factor : Number.NaN;
    if (bytes <= 64 * 1024 * 1024) return bytes;
    addIssue({ message: 'is a number of bytes up to 64MiB, such as 512, 64KiB or 1MiB' });
    return NEVER;
  }),
);

/** An upper bound for the share of one processor, `<5%`, as a number from 0 to 1. */
export const cpuBound = v.pipe(
  v.string('is a bound such as "<5%"'),
  v.regex(/^<\s*\d+(\.\d+)?%$/, 'is a bound such as "<5%"'),
  v.transform((value) => Number.parseFloat(value.replace('<', '')) / 100),
);

export const SIGNALS = ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
export const signal = v.picklist(SIGNALS, `is one of ${SIGNALS.join(', ')}`);

/** An address of IPv4 or IPv6 as it is usually written. */
export const address = v.pipe(
  v.string('is an address such as 127.0.0.1 or "::1"'),
  v.check((value) => v.is(v.pipe(v.string(), v.ip()), value), 'is an address such as 127.0.0.1 or "::1"'),
);
