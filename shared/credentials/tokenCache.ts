// One token for everybody: kept while it is good, renewed before it expires, asked for once at a time.

/** A token is not used in the last moments of its life: it must still be good when the request arrives. */
const EXPIRY_MARGIN_MS = 30_000;
/** A token this close to its end is renewed while it still serves. */
const RENEWAL_WINDOW_MS = 5 * 60_000;
/**
 * Least time between two renewals ahead of time: one that failed, or that brought a token no better than the one at hand
 * (managed identity endpoints cache as well), is not tried again with every removal.
 */
const RENEWAL_PAUSE_MS = 10_000;

export interface ExpiringToken {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  /** Milliseconds since the epoch from which on the issuer wants the token renewed, where it says so. */
  renewAt?: number | undefined;
}

export interface TokenCacheOptions {
  /** Gets a new token; must settle in bounded time, since all wait for the one request. */
  fetch: () => Promise<ExpiringToken>;
  /** Told of a renewal that failed while the token at hand still serves. */
  onRenewalFailure: (cause: unknown) => void;
}

export class TokenCache {
  readonly #options: TokenCacheOptions;
  #current: ExpiringToken | undefined;
  #pending: Promise<ExpiringToken> | undefined;
  #pausedUntil = 0;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /** A token that is good for the next moments: at once where one is at hand. Rejects as `fetch` does. */
  get(): string | Promise<string> {
    const now = Date.now();
    const current = this.#current;
    if (current === undefined || now >= current.expiresAt - EXPIRY_MARGIN_MS)
      return this.#renew().then(({ token }) => token);
    if (now >= (current.renewAt ?? current.expiresAt - RENEWAL_WINDOW_MS) && now >= this.#pausedUntil) {
      this.#pausedUntil = now + RENEWAL_PAUSE_MS;
      this.#renew().catch(this.#options.onRenewalFailure);
    }
    return current.token;
  }

  /**
   * Forgets `token`, which was refused.
   *
   * @returns false where the cache has another by now, which is then what to try
   */
  drop(token: string): boolean {
    if (this.#current?.token !== token) return false;
    this.#current = undefined;
    return true;
  }

  #renew(): Promise<ExpiringToken> {
    this.#pending ??= this.#options
      .fetch()
      .then((token) => {
        this.#current = token;
        return token;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }
}
