import * as v from 'valibot';
import { fail, type Outcome, PASS } from '../outcome.ts';
import type { TraceView } from '../view.ts';
import { defineClaim } from './definition.ts';

const wanted = v.strictObject(
  {
    version: v.exactOptional(v.picklist(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'], 'is TLSv1.2 or TLSv1.3')),
    alpn: v.exactOptional(v.string('is a protocol such as http/1.1')),
    cipher: v.exactOptional(v.string('is the name of a cipher')),
    trusted: v.exactOptional(v.boolean('is true or false')),
  },
  'is a map such as {version: TLSv1.3}',
);

interface TlsClaim {
  readonly conn: string;
  readonly wanted: v.InferOutput<typeof wanted>;
}

/** What a handshake agreed on. */
export const tls = defineClaim({
  subject: 'conn',
  words: ['tls'],
  keyed: { elsewhere: '"tls" is said of a connection\nwrite conn: a' },
  entries: { tls: v.exactOptional(wanted) },
  about: {
    tls: 'What the handshake agreed on: `{version: TLSv1.3, alpn: http/1.1, cipher: …, trusted: true}`, as far as it matters.',
  },
  read: ({ tls: one = {} }, conn): TlsClaim => ({ conn, wanted: one }),
  sentence: ({ conn, wanted: one }) =>
    `${conn} is encrypted${Object.entries(one)
      .map(([key, value]) => `, ${key} ${value}`)
      .join('')}`,
  run: async () => {},
  judge: judgeTls,
});

function judgeTls({ conn, wanted: one }: TlsClaim, view: TraceView): Outcome {
  const { secured } = view.connection(conn);
  if (!secured)
    return fail({
      cause: 'tls_plain',
      summary: `"${conn}" is not encrypted.`,
      expected: 'TLS',
      actual: 'plain text',
    });
  const { protocol: version, alpn, cipher, problem } = secured;
  const got = { version, alpn: alpn ?? 'none', cipher, trusted: problem === null };
  const wrong = Object.entries(one).find(([key, value]) => got[key as keyof typeof got] !== value);
  if (!wrong) return PASS;
  const [key, value] = wrong;
  const actual = `${key} ${got[key as keyof typeof got]}${key === 'trusted' && problem !== null ? ` (${problem})` : ''}`;
  return fail({
    cause: key === 'version' ? 'tls_version' : key === 'trusted' ? 'tls_untrusted' : 'state',
    summary: `The handshake ended with ${actual} instead of ${String(value)}.`,
    expected: `${key} ${String(value)}`,
    actual,
  });
}
