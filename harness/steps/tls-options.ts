import * as v from 'valibot';
import { defined } from '../base/defined.ts';
import type { TlsOptions } from './context.ts';

const file = v.strictObject(
  { path: v.string(), base64: v.string() },
  'is a file name beside the specification',
);

const fields = {
  verify: v.exactOptional(
    v.union([v.boolean(), v.strictObject({ file })], 'is true, false or { file: ca.pem }'),
    true,
  ),
  alpn: v.exactOptional(v.array(v.string(), 'is a list of protocols, such as [http/1.1]')),
  name: v.exactOptional(v.string('is the name in the certificate')),
};

/** How a connection is encrypted, and whether the other side's certificate counts. */
export interface WrittenTls {
  readonly verify: boolean;
  readonly options: TlsOptions;
}

type Fields = v.InferOutput<v.StrictObjectSchema<typeof fields, undefined>>;

function toTls({ verify, alpn, name }: Fields): WrittenTls {
  return {
    verify: verify !== false,
    options: {
      ...(typeof verify === 'object' ? { ca: Buffer.from(verify.file.base64, 'base64').toString() } : {}),
      ...defined({ alpn, name }),
    },
  };
}

export const tlsEntries = fields;
export const readTls = toTls;

/** `true`, or what is to be said about it. */
export const tlsSchema: v.GenericSchema<unknown, WrittenTls> = v.union(
  [
    v.pipe(
      v.literal(true),
      v.transform(() => toTls({ verify: true })),
    ),
    v.pipe(v.strictObject(fields), v.transform(toTls)),
  ],
  'is true, or a map such as {verify: false, alpn: [http/1.1]}',
);

/** What the reference says about the keys. */
export const TLS_ABOUT = {
  verify:
    'Whether the certificate of the program must be signed by the authority of the run and be for localhost: `true` (the usual), `false`, or `{ file: ca.pem }` for another authority.',
  alpn: 'Protocols to offer (or, as the server, to choose from), such as `[http/1.1]`.',
  name: 'The name that the certificate must be for; `localhost` unless said otherwise.',
} as const;
