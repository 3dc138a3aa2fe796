import { readAddress } from './address.ts';

test.each([
  ['redis://host', { host: 'host', port: 6379, db: 0 }, 'redis://host:6379'],
  [
    'redis://ada:p%40ss@host:7000/3',
    { host: 'host', port: 7000, db: 3, username: 'ada', password: 'p@ss' },
    'redis://host:7000',
  ],
  [
    'rediss://:secret@host',
    { host: 'host', port: 6379, db: 0, password: 'secret', tls: { servername: 'host' } },
    'rediss://host:6379',
  ],
  ['rediss://10.0.0.1', { host: '10.0.0.1', port: 6379, db: 0, tls: {} }, 'rediss://10.0.0.1:6379'],
  ['redis://[::1]:6380', { host: '::1', port: 6380, db: 0 }, 'redis://[::1]:6380'],
  ['unix:///run/redis.sock', { path: '/run/redis.sock', db: 0 }, 'unix:///run/redis.sock'],
  [
    'unix://:secret@/run/redis.sock?db=2',
    { path: '/run/redis.sock', db: 2, password: 'secret' },
    'unix:///run/redis.sock',
  ],
])('%s is understood, and named without its password', (text, options, shown) => {
  expect(readAddress(text)).toEqual({ options, shown });
});

test('a password from elsewhere is used where the address has none', () => {
  expect(readAddress('redis://host', 'other').options.password).toBe('other');
  expect(readAddress('redis://:own@host', 'other').options.password).toBe('own');
  expect(readAddress('redis://host', '').options.password).toBeUndefined();
});

test.each([
  ['localhost', 'it is no URL'],
  ['http://host', '"http" is no kind of address that is known'],
  ['redis://', 'the host is missing'],
  ['redis://host/a', '"a" is no number of a database'],
  ['unix://host/path', 'the path of the socket is missing, or is not absolute'],
  ['unix://', 'the path of the socket is missing, or is not absolute'],
])('%s is refused: %s', (text, what) => {
  expect(() => readAddress(text)).toThrow(what);
});
