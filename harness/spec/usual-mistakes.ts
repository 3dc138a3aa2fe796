import type { Path, Tree } from './tree.ts';

const DURATION = /^\d+(\.\d+)?(us|ms|s|m)$/;
const HEX_PAIRS = /^([0-9a-fA-F]{2}\s*)+$/;

/** What is written by many, by the key that it stands under, and how it is written right. */
const MEANT: Readonly<Record<string, (written: string) => string | undefined>> = {
  nothing: (written) => {
    if (DURATION.test(written)) return `nothing: true, for: ${written}`;
    return /^\d+$/.test(written) ? `nothing: true, for: ${written}ms` : undefined;
  },
  http: (written) => (/^([1-5]\d\d|[1-5]xx)$/.test(written) ? `http: { status: ${written} }` : undefined),
  status: (written) => (/^[1-5]\d\d$/.test(written) ? `status: ${written}` : undefined),
  bytes: (written) => (HEX_PAIRS.test(written) ? `hex: "${written}"` : undefined),
  cpu: (written) => (/^\d+$/.test(written) ? `cpu: "<${written}%"` : undefined),
  closed: (written) => (/^(rst|RST|abort(ed)?)$/.test(written) ? 'closed: reset' : undefined),
  code: (written) => (/^(nonzero|not 0|!= ?0|failure)$/.test(written) ? 'code: { not: 0 }' : undefined),
};

/** How something that many write is written right; nothing where it is not known what was meant. */
export function meantBy(path: Path, found: Tree): string | undefined {
  if (found.kind !== 'scalar') return undefined;
  const meant = MEANT[String(path.at(-1))]?.(found.written.trim());
  return meant === undefined ? undefined : `write ${meant}`;
}
