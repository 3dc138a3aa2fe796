import * as v from 'valibot';
import { defined } from '../../base/defined.ts';
import { valuesOf } from '../http.ts';
import { type HttpRequest, readRequest } from '../http-request.ts';
import { type Decider, decideAll, type Matcher, mismatched, OPEN } from '../matcher.ts';
import type { Difference } from '../types.ts';
import { defineMatcher, type MatcherSchema, type WrittenMatcher } from './definition.ts';
import { equals } from './equals.ts';

interface Written {
  readonly method?: string;
  readonly path?: WrittenMatcher;
  readonly headers: Readonly<Record<string, WrittenMatcher>>;
  readonly body?: WrittenMatcher;
}

function schema(inner: MatcherSchema): v.GenericSchema<unknown, Written> {
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
    method: v.exactOptional(
      v.pipe(v.string('is a method such as GET'), v.regex(/^[A-Z]+$/, 'is a method such as GET')),
    ),
    path: v.exactOptional(textOrMatcher),
    headers: v.exactOptional(v.record(v.string(), textOrMatcher, 'is a map of header names'), {}),
    body: v.exactOptional(inner),
  });
}

export const httpRequest = defineMatcher({
  kind: 'http_request',
  about:
    'The message is a right HTTP request, for programs that are clients or proxies: `{method, path, headers, body}`, each as far as it is given; `path` is what stands after the method, as it was received. Reads a whole request unless `read` says otherwise.',
  withoutIgnore: 'put it into body or into a header',
  schema,
  captures: ({ body }) => body?.captures ?? [],
  build: ({ method, path, headers, body }, seed) =>
    requestMatcher({
      ...defined({ method, path: path?.build(seed), body: body?.build(seed) }),
      headers: Object.entries(headers).map(([name, one]) => ({ name, matcher: one.build(seed) })),
    }),
  sentence: ({ method, path, headers, body }, seed) => {
    const parts = [
      ...(method ? [`by ${method}`] : []),
      ...(path ? [`whose path must ${path.sentence(seed)}`] : []),
      ...Object.entries(headers).map(([name, one]) => `whose header ${name} must ${one.sentence(seed)}`),
      ...(body ? [`whose body must ${body.sentence(seed)}`] : []),
    ];
    return `be a right HTTP request${parts.length > 0 ? ` ${parts.join(' and ')}` : ''}`;
  },
});

interface Wanted {
  readonly method?: string;
  readonly path?: Matcher;
  readonly headers: readonly { readonly name: string; readonly matcher: Matcher }[];
  readonly body?: Matcher;
}

function requestMatcher(wanted: Wanted): Matcher {
  const { method, path, headers, body } = wanted;
  const mismatch = (message: Buffer): Difference | undefined => {
    const scan = readRequest(message, true);
    if (scan.state === 'open') return scan.lacking;
    if (scan.state === 'broken') return scan.difference;
    return scan.request.problems[0] ?? differs(wanted, scan.request) ?? tooLong(scan.request, message);
  };
  const decider = (): Decider => {
    return ({ bytes, ended, over }) => {
      const scan = readRequest(bytes, ended);
      if (scan.state === 'complete') return decideAll({ mismatch }, bytes.subarray(0, scan.request.length));
      if (scan.state === 'open' && !over) return OPEN;
      const difference = scan.state === 'open' ? scan.lacking : scan.difference;
      return mismatched(bytes, difference);
    };
  };
  const parts = [
    ...(method ? [method] : []),
    ...(path ? [`with the path ${path.describe()}`] : []),
    ...headers.map(({ name, matcher }) => `${name}: ${matcher.describe()}`),
    ...(body ? [`in its body ${body.describe()}`] : []),
  ];
  return {
    kind: 'http_request',
    wantsNewline: false,
    emptyLine: 'no_match',
    mismatch,
    captured: (message) => {
      const scan = readRequest(message, true);
      return (scan.state === 'complete' ? body?.captured?.(scan.request.body) : undefined) ?? new Map();
    },
    decider,
    describe: () => `a complete HTTP request${parts.length > 0 ? ` (${parts.join('; ')})` : ''}`,
    lenient: () => requestMatcher(wanted),
  };
}

function differs({ method, path, headers, body }: Wanted, request: HttpRequest): Difference | undefined {
  if (method !== undefined && request.method !== method)
    return { cause: 'different', at: 0, description: `the method is ${request.method} instead of ${method}` };
  const elsewhere = path?.mismatch(Buffer.from(request.target, 'latin1'));
  if (elsewhere)
    return { ...elsewhere, at: 0, description: `the path is "${request.target}": ${elsewhere.description}` };
  for (const { name, matcher } of headers) {
    const values = valuesOf(request.headers, name);
    if (values.length === 0)
      return { cause: 'http_header', at: 0, description: `the header ${name} is missing` };
    const found = matcher.mismatch(Buffer.from(values.join(', '), 'latin1'));
    if (found) {
      const description = `the header ${name} is "${values.join(', ')}": ${found.description}`;
      return { cause: 'http_header', at: 0, description };
    }
  }
  const found = body?.mismatch(request.body);
  return (
    found && { ...found, at: request.bodyAt + found.at, description: `in the body, ${found.description}` }
  );
}

function tooLong({ length }: HttpRequest, message: Buffer): Difference | undefined {
  const extra = message.length - length;
  if (extra <= 0) return undefined;
  const description = `${extra} byte${extra === 1 ? '' : 's'} arrived after the request`;
  return { cause: 'http_length', at: length, description, extra };
}
