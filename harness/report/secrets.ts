import type { Report, Stream, Verdict } from '../model/index.ts';

/** Shorter lines are no secret: they come about by themselves. */
const SHORTEST = 6;

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/**
 * Lines that scenarios which are left out have sent, and that none of those that are shown has sent itself: a program
 * that keeps them somewhere could print them in another run.
 */
export function secretsOf(report: Report, shown: readonly Verdict[]): readonly Buffer[] {
  const left = report.scenarios.filter((verdict) => !shown.includes(verdict));
  if (left.length === 0) return [];
  const known = new Set(linesSent(shown).map((line) => line.toString('latin1')));
  const lines = new Map(linesSent(left).map((line) => [line.toString('latin1'), line]));
  return [...lines].filter(([text]) => !known.has(text)).map(([, line]) => line);
}

function linesSent(verdicts: readonly Verdict[]): Buffer[] {
  return verdicts.flatMap(({ runs }) =>
    runs.flatMap(({ trace }) =>
      Object.entries(trace.streams)
        .filter(([name]) => /\.(sent|stdin)$/.test(name))
        .flatMap(([, { base64 }]) => linesOf(Buffer.from(base64, 'base64'))),
    ),
  );
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const next = bytes.indexOf(10, from);
    const end = next === -1 ? bytes.length : next;
    const line = bytes.subarray(from, bytes[end - 1] === 13 ? end - 1 : end);
    if (line.length >= SHORTEST) lines.push(line);
    from = end + 1;
  }
  return lines;
}

/** The same with stars for all secrets, wherever they stand. */
export function withoutSecrets<Part>(part: Part, secrets: readonly Buffer[]): Part {
  if (secrets.length === 0) return part;
  const texts = secrets.map((secret) => secret.toString('utf8'));
  const mask = (value: Json): Json => {
    if (typeof value === 'string')
      return texts.reduce((text, secret) => text.replaceAll(secret, '*'.repeat(secret.length)), value);
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== 'object' || value === null) return value;
    if (isStream(value)) return maskStream(value, secrets) as unknown as Json;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mask(each)]));
  };
  return mask(part as unknown as Json) as unknown as Part;
}

function isStream(value: object): value is Stream {
  return 'base64' in value && 'sha256' in value && 'kept' in value;
}

/** As many stars as there were bytes, so that all else stays where it is. */
function maskStream(stream: Stream, secrets: readonly Buffer[]): Stream {
  const bytes = Buffer.from(stream.base64, 'base64');
  let found = false;
  for (const secret of secrets) {
    for (let at = bytes.indexOf(secret); at !== -1; at = bytes.indexOf(secret, at + 1)) {
      bytes.fill('*', at, at + secret.length);
      found = true;
    }
  }
  return found ? { ...stream, base64: bytes.toString('base64') } : stream;
}
