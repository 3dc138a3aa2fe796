import type { Difference } from './difference.ts';
import { type HttpResponse, readResponse, valuesOf } from './http.ts';
import type { Matcher } from './matcher.ts';
import { mismatchOf } from './mismatch.ts';

type HttpMatcher = Extract<Matcher, { kind: 'http' }>;

/** Why a message that is complete is not the wanted response, or nothing when it is. */
export function httpMismatch(matcher: HttpMatcher, message: Buffer): Difference | undefined {
  const look = readResponse(message, { ended: true, head: matcher.head });
  if (look.state === 'open') return look.lacking;
  if (look.state === 'broken') return look.difference;
  const { response } = look;
  return response.problems[0] ?? differs(matcher, response) ?? tooLong(response, message);
}

function differs({ status, headers, body }: HttpMatcher, response: HttpResponse): Difference | undefined {
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
    const found = mismatchOf(matcher, Buffer.from(values.join(', '), 'latin1'));
    if (found)
      return {
        cause: 'http_header',
        at: 0,
        description: `the header ${name} is "${values.join(', ')}": ${found.description}`,
      };
  }
  const found = body && mismatchOf(body, response.body);
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
    length: `${bytes} came after the body, more than Content-Length says`,
    none: `${bytes} came after the header, where no body may be`,
    chunked: `${bytes} came after the last chunk`,
    close: '',
  }[framing];
  return { cause: 'http_length', at: length, description, extra };
}

/** "200", "200 or 204", "4xx". */
export function describeStatus(status: NonNullable<HttpMatcher['status']>): string {
  return status
    .map(({ min, max }) => (min === max ? String(min) : `${String(min).charAt(0)}xx`))
    .join(' or ');
}
