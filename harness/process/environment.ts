import { randomUUID } from 'node:crypto';
import path from 'node:path';

/** Every process that a launched program starts inherits this variable: what it left behind is found by it. */
export const MARKER_NAME = 'SOCKET_GRADER_RUN';

/** What all markers of this process begin with. */
export const OWN_MARKERS = randomUUID();

/** A marker that no other program has. */
export function newMarker(): string {
  return `${OWN_MARKERS}-${randomUUID()}`;
}

export interface EnvironmentOptions {
  /** Where it finds its own settings. */
  readonly home: string;
  /** Where it keeps files for a while. @default its home */
  readonly temporary?: string;
  readonly marker: string;
  /** The grader's own search path; entries that are not absolute are dropped. */
  readonly searchPath: string;
  readonly extra?: Readonly<Record<string, string>>;
}

/** The whole environment of a student's program, built from nothing. */
export function environment({
  home,
  temporary = home,
  marker,
  searchPath,
  extra,
}: EnvironmentOptions): Record<string, string> {
  return {
    PATH: searchPath
      .split(path.delimiter)
      .filter((entry) => path.isAbsolute(entry))
      .join(path.delimiter),
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    // A print before a crash must be seen.
    PYTHONUNBUFFERED: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    // Perl has buffers of its own, which stdbuf(1) does not reach; -M takes more than a name, see perlrun(1).
    PERL5OPT: '-M5;$|=1',
    // AddressSanitizer would refuse the library that stdbuf(1) loads first.
    ASAN_OPTIONS: 'verify_asan_link_order=0',
    ...extra,
    [MARKER_NAME]: marker,
  };
}

/** The marker as it stands in /proc/PID/environ. */
export function markerEntry(marker: string): string {
  return `${MARKER_NAME}=${marker}`;
}
