import type { Redis } from 'ioredis';
import { UserError } from '../base/user-error.ts';
import type { Address } from './address.ts';
import { describeRedisError, isForGood } from './describe-redis-error.ts';
import { libraries } from './load.ts';

/** Milliseconds for the first connection; afterwards it is tried for ever. */
const PATIENCE = 6_000;
/** Longest pause between two tries to connect again, in milliseconds. */
const LONGEST_PAUSE = 1_000;
/** The same replies from all versions of Redis. */
const PROTOCOL = { protocol: 2 } as const;
/** What BullMQ needs. */
const OLDEST = [6, 2];

/** A Redis that is used as a queue. */
export interface Connection {
  readonly redis: Redis;
  readonly address: Address;
  /** What a person should know of how it is set up. */
  readonly warnings: readonly string[];
  /** A further connection to it, for what occupies one. */
  another(): Redis;
  close(): void;
}

/**
 * Connects to a Redis. Commands that are given while it is away later wait until it is back. Throws a UserError that says
 * why it cannot be used: nothing listens, password, TLS, version, or it is no Redis at all.
 */
export async function connect(
  address: Address,
  changed: Listener = {},
  patience: number = PATIENCE,
): Promise<Connection> {
  const { Redis } = libraries();
  const warnings = await examine(address, patience);
  const redis = new Redis({
    ...address.options,
    ...PROTOCOL,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(100 * times, LONGEST_PAUSE),
    // A connection whose other side is gone without a word, as after a power cut, is noticed.
    keepAlive: 10_000,
  });
  const others: Redis[] = [];
  let away = false;
  redis.on('error', (error: Error) => {
    if (isForGood(error)) changed.refused?.(describeRedisError(error, address));
  });
  redis.on('close', () => {
    if (!away) changed.lost?.();
    away = true;
  });
  redis.on('ready', () => {
    if (away) changed.back?.();
    away = false;
  });
  return {
    redis,
    address,
    warnings,
    another() {
      const other = redis.duplicate();
      other.on('error', () => {});
      others.push(other);
      return other;
    },
    close() {
      for (const one of [redis, ...others]) {
        one.removeAllListeners('close');
        one.disconnect();
      }
    },
  };
}

/** Hears of a connection that was lost, is back, or is refused: a password that was changed, say. */
interface Listener {
  readonly lost?: () => void;
  readonly back?: () => void;
  readonly refused?: (error: UserError) => void;
}

/** Tries a connection of its own, and returns warnings. */
async function examine(address: Address, patience: number): Promise<readonly string[]> {
  const { Redis } = libraries();
  const probe = new Redis({
    ...address.options,
    ...PROTOCOL,
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: patience,
    enableReadyCheck: false,
  });
  let first: Error | undefined;
  probe.on('error', (error: Error) => {
    first ??= error;
  });
  const late = setTimeout(() => {
    first ??= new Error('no answer in time');
    probe.disconnect();
  }, patience);
  try {
    await probe.connect();
    const info = await untilLoaded(() => probe.info());
    await probe.select(address.options.db);
    return warningsOf(info, address);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw describeRedisError(first ?? (error as Error), address);
  } finally {
    clearTimeout(late);
    probe.disconnect();
  }
}

/** A Redis that was just started reads its data first, and refuses commands until then. */
async function untilLoaded(command: () => Promise<string>): Promise<string> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const info = await command().catch((error: Error) => {
      if (!error.message.startsWith('LOADING') || performance.now() > end) throw error;
      return undefined;
    });
    if (info !== undefined && !/^loading:1/m.test(info)) return info;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What INFO says of a Redis that could not be used as a queue, or not well. */
function warningsOf(info: string, { shown }: Address): readonly string[] {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] ?? '';
  const version = field('redis_version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldest = 0, least = 0] = OLDEST;
  if (version !== '' && (major < oldest || (major === oldest && minor < least)))
    throw new UserError({
      where: shown,
      what: `Redis ${version} is too old`,
      fix: `Use Redis ${OLDEST.join('.')} or newer.`,
    });
  if (field('role') === 'slave')
    throw new UserError({
      where: shown,
      what: 'it is a replica, which cannot be written to',
      fix: 'Give the address of its master.',
    });
  const policy = field('maxmemory_policy');
  if (Number(field('maxmemory')) > 0 && policy !== '' && policy !== 'noeviction')
    return [
      `Redis throws entries away when its memory is full (maxmemory-policy ${policy}), jobs among them. Set it to noeviction.`,
    ];
  return [];
}
