import type { IncomingMessage } from 'node:http';
import type { Entry } from '../batch/decisions/decide.ts';
import { TOTAL } from '../batch/decisions/points.ts';
import type { Sent } from './desk.ts';

/** Most bytes of a form. */
export const MOST_BYTES = 256 * 1024;

/** The fields of a form that was sent; undefined when it is too large or no form. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | 'too large' | 'no form'> {
  const [type] = (request.headers['content-type'] ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return 'no form';
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return 'too large';
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) return 'too large';
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

/** The decision that a form holds: fields that are not in it change nothing. */
export function sentIn(fields: URLSearchParams): Sent {
  const entries = new Map<string | undefined, Entry>();
  for (const name of fields.keys()) {
    const key = /^points\.(.+)$/s.exec(name)?.[1];
    if (key === undefined) continue;
    const again = fields.get(`again.${key}`);
    entries.set(key === TOTAL ? undefined : key, {
      points: fields.get(name) ?? '',
      comment: fields.get(`comment.${key}`) ?? '',
      again: again === 'same' || again === 'drop' ? again : 'open',
    });
  }
  return { entries, note: fields.get('note') ?? '', version: fields.get('version') ?? '' };
}
