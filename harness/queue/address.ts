import { UserError } from '../base/user-error.ts';

/** Where a Redis is, as ioredis takes it, and how it is named in messages: without its password. */
export interface Address {
  readonly options: {
    readonly host?: string;
    readonly port?: number;
    readonly path?: string;
    readonly db: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls?: { readonly servername?: string };
  };
  readonly shown: string;
}

const FORMS =
  'Give redis://[USER:PASSWORD@]HOST[:PORT][/DB], rediss://… for TLS, or unix://[USER:PASSWORD@]/PATH[?db=N].';

/**
 * Reads the address of a queue; `password` is used where the address has none. Throws a UserError for what is no address of
 * a Redis.
 */
export function readAddress(text: string, password?: string): Address {
  const wrong = (what: string) => new UserError({ where: '--queue', what, fix: FORMS });
  // A URL with a user and no host is none for URL.
  const [, credentials, rest = ''] = /^unix:\/\/(?:([^@/]*)@)?(.*)$/.exec(text) ?? [];
  let url: URL;
  try {
    url = new URL(credentials === undefined ? text : `unix://${credentials}@localhost${rest}`);
  } catch {
    throw wrong('it is no URL');
  }
  const kind = url.protocol.slice(0, -1);
  if (kind !== 'redis' && kind !== 'rediss' && kind !== 'unix')
    throw wrong(`"${kind}" is no kind of address that is known`);
  const login = loginOf(url, password);
  if (kind === 'unix') {
    const isLocal = url.hostname === '' || (credentials !== undefined && url.hostname === 'localhost');
    return socketAddress(url, isLocal, login, wrong);
  }
  return hostAddress(url, kind, login, wrong);
}

type Login = Pick<Address['options'], 'username' | 'password'>;

function loginOf(url: URL, password: string | undefined): Login {
  const own = decoded(url.password);
  const secret = own === '' ? password : own;
  return {
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(secret === undefined || secret === '' ? {} : { password: secret }),
  };
}

/** The address of a Unix socket. */
function socketAddress(url: URL, isLocal: boolean, login: Login, wrong: Wrong): Address {
  const path = decoded(url.pathname);
  if (!isLocal || !path.startsWith('/') || path === '/')
    throw wrong('the path of the socket is missing, or is not absolute');
  return {
    options: { path, db: readDatabase(url.searchParams.get('db') ?? '', wrong), ...login },
    shown: `unix://${path}`,
  };
}

function hostAddress(url: URL, kind: 'redis' | 'rediss', login: Login, wrong: Wrong): Address {
  if (url.hostname === '') throw wrong('the host is missing');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? 6379 : Number(url.port);
  const isName = !/^[\d.]+$|:/.test(host);
  return {
    options: {
      host,
      port,
      db: readDatabase(url.pathname.slice(1), wrong),
      ...login,
      ...(kind === 'rediss' ? { tls: isName ? { servername: host } : {} } : {}),
    },
    shown: `${kind}://${url.hostname}:${port}`,
  };
}

type Wrong = (what: string) => UserError;

function readDatabase(text: string, wrong: Wrong): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw wrong(`"${text}" is no number of a database`);
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
