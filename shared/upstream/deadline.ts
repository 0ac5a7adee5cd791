// The time one removal has in all.
import { ProxyError } from '../contract/errors';

/**
 * A point in time after which a removal must have been answered. It is counted on the monotonic clock: a step of the
 * wall clock neither shortens nor stretches it.
 */
export class Deadline {
  readonly #endsAt: number;
  readonly #limitMs: number;

  /** @param limitMs milliseconds from now */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.#endsAt = performance.now() + limitMs;
  }

  /** Milliseconds left; 0 when there are none. */
  get remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /**
   * Waits.
   *
   * @param waitMs milliseconds
   * @throws ProxyError {@link passed}, at once, where the wait would end past the deadline
   */
  async pause(waitMs: number): Promise<void> {
    if (waitMs >= this.remainingMs) throw this.passed();
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  /** The error for a removal that ran out of time. */
  passed(cause?: unknown): ProxyError {
    const message = `The removal did not finish within ${this.#limitMs} ms; it may or may not have taken effect.`;
    return new ProxyError('UpstreamTimeout', `${message} Removing again is safe.`, { cause, retryable: false });
  }

  /**
   * `work`, or {@link passed} where it takes too long. `work` goes on in that case, for others may be waiting for it
   * as well (the token).
   */
  async race<Result>(work: Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.passed()), this.remainingMs);
    });
    try {
      return await Promise.race([work, passed]);
    } finally {
      clearTimeout(timer);
    }
  }
}
