import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 421;
  readonly why: string;
}

/**
 * Decides who may use a desk. Whoever opens the printed link with its token gets a cookie, once; from then on the cookie
 * counts. Requests for another host (DNS rebinding) and from pages of others (cross-site requests) are refused.
 */
export class Guard {
  readonly token = secret();
  readonly #session = secret();
  readonly #hosts: readonly string[];
  readonly #cookie: string;
  #isUsed = false;

  /** `port` is the one that the desk listens at. */
  constructor(port: number) {
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    // Cookies do not keep ports apart.
    this.#cookie = `desk-${port}`;
  }

  /** Why a request is refused whoever sends it; undefined where it is not. */
  refuseForeign(method: string, headers: IncomingHttpHeaders): Refusal | undefined {
    const { host = '', origin } = headers;
    if (!this.#hosts.includes(host)) return { status: 421, why: 'This desk is at another address.' };
    const isChange = method !== 'GET' && method !== 'HEAD';
    const isForeign = origin === undefined ? isChange : origin !== `http://${host}`;
    const site = headers['sec-fetch-site'] ?? 'none';
    const isCrossSite = isChange ? !['same-origin', 'none'].includes(String(site)) : false;
    if (isForeign || isCrossSite) return { status: 403, why: 'The request comes from another page.' };
    return undefined;
  }

  /** Whether a request has the cookie. */
  isKnown({ cookie = '' }: IncomingHttpHeaders): boolean {
    return cookie
      .split(';')
      .map((pair) => pair.trim().split('='))
      .some(([name, value = '']) => name === this.#cookie && isSame(value, this.#session));
  }

  /** The cookie for a token, as a header; undefined when it is wrong, or was used before. */
  exchange(token: string): string | undefined {
    if (!isSame(token, this.token) || this.#isUsed) return undefined;
    this.#isUsed = true;
    return `${this.#cookie}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** In a time that does not depend on where two texts differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
