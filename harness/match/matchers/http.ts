import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { type HttpResponse, readResponse, valuesOf } from '../http.ts';
import { type Decider, decideAll, type Matcher, mismatched, OPEN } from '../matcher.ts';
import type { Difference } from '../types.ts';
import { defineMatcher, type MatcherSchema, type WrittenMatcher } from './definition.ts';
import { equals } from './equals.ts';

type StatusRanges = readonly { readonly min: number; readonly max: number }[];

/** What an author says of a response. */
interface HttpFields {
  readonly status?: StatusRanges;
  readonly headers: Readonly<Record<string, WrittenMatcher>>;
  readonly body?: WrittenMatcher;
  readonly to?: string;
}

const STATUS = 'is a status such as 200, "4xx", or a list of them';

const status = v.union(
  [
    v.pipe(
      v.number(STATUS),
      v.integer(STATUS),
      v.minValue(100, STATUS),
      v.maxValue(599, STATUS),
      v.transform((code) => ({ min: code, max: code })),
    ),
    v.pipe(
      v.string(STATUS),
      v.regex(/^[1-5]xx$/, STATUS),
      v.transform((code) => ({ min: Number(code.charAt(0)) * 100, max: Number(code.charAt(0)) * 100 + 99 })),
    ),
  ],
  STATUS,
);

const statuses = v.union(
  [
    v.pipe(
      status,
      v.transform((one) => [one]),
    ),
    v.pipe(v.array(status), v.nonEmpty(STATUS)),
  ],
  STATUS,
);

const method = v.pipe(
  v.string('is the method of the request'),
  v.regex(/^[A-Z]+$/, 'is the method of the request, such as HEAD'),
);

function schema(inner: MatcherSchema): v.GenericSchema<unknown, HttpFields> {
  const textOrMatcher = v.union(
    [
      v.pipe(
        v.string(),
        v.transform((value) => equals.of({ kind: 'text', text: value })),
      ),
      inner,
    ],
    'is text, or a matcher such as {contains: hello}',
  );
  return v.strictObject({
    status: v.exactOptional(statuses),
    headers: v.exactOptional(v.record(v.string(), textOrMatcher, 'is a map of header names'), {}),
    body: v.exactOptional(inner),
    to: v.exactOptional(method),
  });
}

export const http = defineMatcher({
  kind: 'http',
  about:
    'The message is a right HTTP response: `{status, headers, body}`, each as far as it is given; `to: HEAD` when it answers HEAD. Reads a whole response unless `read` says otherwise.',
  withoutIgnore: 'put it into body or into a header',
  schema,
  captures: ({ body }) => body?.captures ?? [],
  response: ({ to }) => ({ toHead: to === 'HEAD' }),
  build: ({ status, headers, body, to }, seed) =>
    httpMatcher({
      ...defined({ status, body: body?.build(seed) }),
      headers: Object.entries(headers).map(([name, one]) => ({ name, matcher: one.build(seed) })),
      toHead: to === 'HEAD',
    }),
  sentence: ({ status, headers, body }, seed) => {
    const parts = [
      ...(status ? [`with the status ${describeStatus(status)}`] : []),
      ...Object.entries(headers).map(([name, one]) => `whose header ${name} must ${one.sentence(seed)}`),
      ...(body ? [`whose body must ${body.sentence(seed)}`] : []),
    ];
    return `be a right HTTP response${parts.length > 0 ? ` ${parts.join(' and ')}` : ''}`;
  },
});

/** The response that is wanted. */
export interface HttpWanted {
  /** Any of these; all of them when absent. */
  readonly status?: StatusRanges;
  readonly headers: readonly { readonly name: string; readonly matcher: Matcher }[];
  readonly body?: Matcher;
  /** The response is to a HEAD request. */
  readonly toHead: boolean;
}

export function httpMatcher(wanted: HttpWanted): Matcher {
  const { status, headers, body } = wanted;
  const mismatch = (message: Buffer) => httpMismatch(wanted, message);
  const parts = () => [
    ...(status ? [`status ${describeStatus(status)}`] : []),
    ...headers.map(({ name, matcher }) => `${name}: ${matcher.describe()}`),
    ...(body ? [`in its body ${body.describe()}`] : []),
  ];
  return {
    kind: 'http',
    wantsNewline: false,
    emptyLine: 'no_match',
    mismatch,
    captured: (message) => capturedOf(wanted, message),
    decider: () => decideResponse(wanted, mismatch),
    describe: () => `a complete HTTP response${parts().length > 0 ? ` (${parts().join('; ')})` : ''}`,
    lenient: () => httpMatcher(wanted),
  };
}

function capturedOf({ body, toHead }: HttpWanted, message: Buffer): ReadonlyMap<string, string> {
  const scan = readResponse(message, { ended: true, head: toHead });
  return (scan.state === 'complete' ? body?.captured?.(scan.response.body) : undefined) ?? new Map();
}

function decideResponse({ toHead }: HttpWanted, mismatch: Matcher['mismatch']): Decider {
  return ({ bytes, ended, over }) => {
    const scan = readResponse(bytes, { ended, head: toHead });
    if (scan.state === 'complete') return decideAll({ mismatch }, bytes.subarray(0, scan.response.length));
    if (scan.state === 'open' && !over) return OPEN;
    const difference = scan.state === 'open' ? scan.lacking : scan.difference;
    return mismatched(bytes, difference, difference.at);
  };
}

/** Why a message that is complete is not the wanted response, or nothing when it is. */
function httpMismatch(wanted: HttpWanted, message: Buffer): Difference | undefined {
  const scan = readResponse(message, { ended: true, head: wanted.toHead });
  if (scan.state === 'open') return scan.lacking;
  if (scan.state === 'broken') return scan.difference;
  const { response } = scan;
  return response.problems[0] ?? differs(wanted, response) ?? tooLong(response, message);
}

function differs({ status, headers, body }: HttpWanted, response: HttpResponse): Difference | undefined {
  if (status && !status.some(({ min, max }) => response.status >= min && response.status <= max)) {
    const got = `${response.status}${response.reason === '' ? '' : ` (${response.reason})`}`;
    return {
      cause: 'http_status',
      at: 0,
      description: `the status is ${got} instead of ${describeStatus(status)}`,
    };
  }
  for (const { name, matcher } of headers) {
    const values = valuesOf(response.headers, name);
    if (values.length === 0)
      return { cause: 'http_header', at: 0, description: `the header ${name} is missing` };
    const found = matcher.mismatch(Buffer.from(values.join(', '), 'latin1'));
    if (found)
      return {
        cause: 'http_header',
        at: 0,
        description: `the header ${name} is "${values.join(', ')}": ${found.description}`,
      };
  }
  const found = body?.mismatch(response.body);
  if (!found) return undefined;
  const at = response.framing === 'chunked' ? response.bodyAt : response.bodyAt + found.at;
  return { ...found, at, description: `in the body, ${found.description}` };
}

/** Bytes after the response, in a message that is all that came. */
function tooLong({ length, framing }: HttpResponse, message: Buffer): Difference | undefined {
  const extra = message.length - length;
  if (extra <= 0) return undefined;
  const bytes = `${extra} byte${extra === 1 ? '' : 's'}`;
  const description = {
    length: `${bytes} arrived after the body, more than Content-Length says`,
    none: `${bytes} arrived after the header, where no body may be`,
    chunked: `${bytes} arrived after the last chunk`,
    close: '',
  }[framing];
  return { cause: 'http_length', at: length, description, extra };
}

/** "200", "200 or 204", "4xx". */
function describeStatus(status: StatusRanges): string {
  return status
    .map(({ min, max }) => (min === max ? String(min) : `${String(min).charAt(0)}xx`))
    .join(' or ');
}
