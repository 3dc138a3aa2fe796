import { plainLine } from '../base/plain.ts';
import { UserError } from '../base/user-error.ts';
import type { Address } from './address.ts';

/** What is wrong with a connection, and how to fix it. The first row whose pattern fits the code or the message counts. */
const KINDS: readonly {
  readonly pattern: RegExp;
  readonly what: string;
  readonly fix: string;
  /** Trying again does not help until a person changes something. */
  readonly forGood?: true;
}[] = [
  {
    pattern: /ECONNREFUSED|ENOENT/,
    what: 'no Redis listens there',
    fix: 'Start it (Debian and Ubuntu: apt-get install redis-server), or check the address.',
  },
  {
    pattern: /ENOTFOUND|EAI_AGAIN/,
    what: 'no machine of that name is known',
    fix: 'Check the address.',
  },
  {
    pattern: /EACCES/,
    what: 'the socket may not be opened by this user',
    fix: "Join the socket's group, or use redis://.",
  },
  {
    pattern: /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|no answer in time/,
    what: 'it does not answer',
    fix: 'Check the address and the firewall; Redis listens on other machines only where "bind" in redis.conf says so.',
  },
  {
    pattern: /WRONGPASS|invalid password|invalid username-password/i,
    what: 'Redis refuses the user or the password',
    fix: 'Correct it in the URL, or in SOCKET_GRADER_QUEUE_PASSWORD.',
    forGood: true,
  },
  {
    pattern: /NOAUTH|AUTH.*called without any password configured/,
    what: 'Redis wants a password',
    fix: 'Put it into the URL (redis://:PASSWORD@HOST), or into SOCKET_GRADER_QUEUE_PASSWORD.',
    forGood: true,
  },
  {
    pattern: /DENIED Redis is running in protected mode/,
    what: 'Redis has no password and answers its own machine only (protected mode)',
    fix: 'Set a password in its redis.conf (requirepass), and give it in the URL.',
    forGood: true,
  },
  {
    pattern: /NOPERM/,
    what: 'the user of Redis lacks rights',
    fix: 'Grant it: ACL SETUSER NAME on >PASSWORD ~socket-grader:* &socket-grader:* +@all -@dangerous +info.',
    forGood: true,
  },
  {
    pattern: /ERR_TLS_CERT_ALTNAME_INVALID/,
    what: 'its certificate is for another name',
    fix: 'Use a name that the certificate has.',
    forGood: true,
  },
  {
    pattern: /CERT_HAS_EXPIRED/,
    what: 'its certificate has expired',
    fix: 'Renew it.',
    forGood: true,
  },
  {
    pattern: /SELF_SIGNED|UNABLE_TO_|self[- ]signed|unable to (verify|get)/,
    what: 'its certificate is from an authority that is not known here',
    fix: "Name the authority's certificate in the environment: NODE_EXTRA_CA_CERTS=ca.pem.",
    forGood: true,
  },
  {
    pattern: /wrong version number|packet length too long|EPROTO|ERR_SSL/,
    what: 'it does not speak TLS',
    fix: 'Use redis:// without the second s, or the port for TLS.',
    forGood: true,
  },
  {
    pattern: /Protocol error|ParserError|Unknown RESP type/,
    what: 'what answers there is no Redis',
    fix: 'Check the port: 6379 is the usual one.',
    forGood: true,
  },
  {
    pattern: /ERR DB index|invalid DB index/,
    what: 'there is no database of that number',
    fix: 'Use a lower one, as in redis://HOST/0.',
    forGood: true,
  },
  {
    pattern: /READONLY/,
    what: 'it is a replica, which cannot be written to',
    fix: 'Give the address of its master.',
  },
  {
    pattern: /Connection is closed|ECONNRESET|EPIPE|socket hang up|secure TLS connection was established/,
    what: 'the connection was closed at once',
    fix: 'Does it want TLS? Then use rediss://. Without it, use redis://.',
  },
];

/** Why a Redis cannot be used, for a person. */
export function describeRedisError(error: Error, { shown, options }: Address): UserError {
  const text = textOf(error);
  // Redis waits for the end of a line, which the beginning of TLS has not.
  if (options.tls !== undefined && /no answer in time/.test(text))
    return new UserError({
      where: shown,
      what: 'it does not answer with TLS',
      fix: 'Check the address; use redis:// where it has no TLS, or its port for TLS.',
    });
  const kind = KINDS.find(({ pattern }) => pattern.test(text));
  return kind === undefined
    ? new UserError({ where: shown, what: `Redis cannot be used: ${plainLine(error.message, 200)}` })
    : new UserError({ where: shown, what: kind.what, fix: kind.fix });
}

/** Whether trying again is in vain until a person changes the address or the server. */
export function isForGood(error: Error): boolean {
  const text = textOf(error);
  return KINDS.find(({ pattern }) => pattern.test(text))?.forGood ?? false;
}

/** Whether Redis has no memory left for what it was given. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && /\bOOM\b/.test(error.message);
}

/** Whether it is Redis that refuses, or is away: what it refuses now may go later. */
export function isRedisFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ['ReplyError', 'AbortError', 'MaxRetriesPerRequestError', 'ParserError'].includes(error.name) ||
    /^(WRONGPASS|NOAUTH|NOPERM|OOM|LOADING|READONLY|MISCONF|BUSY|MASTERDOWN|ERR) |Connection is closed/.test(
      error.message,
    )
  );
}

function textOf(error: Error): string {
  const { code = '', errors = [] } = error as NodeJS.ErrnoException & { errors?: readonly Error[] };
  return [error.name, code, error.message, ...errors.map(textOf)].join(' ');
}
