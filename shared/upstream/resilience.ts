// Trying again: which failures are worth another attempt, how long to wait before it, and when to give up.
import { asProxyError, ProxyError } from '../contract/errors';
import { Circuit } from './circuit';
import type { Deadline } from './deadline';
import { RetryBudget } from './retryBudget';

const BASE_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export interface ResilienceOptions {
  /** Milliseconds one attempt may take. */
  attemptTimeoutMs: number;
  /** Attempts after the first. */
  maxRetries: number;
}

/** Retries for one service, with the circuit and the budget that all calls to it share. */
export class Resilience {
  readonly circuit = new Circuit();
  readonly #budget = new RetryBudget();
  readonly #options: ResilienceOptions;

  constructor(options: ResilienceOptions) {
    this.#options = options;
  }

  /**
   * The first result of `attempt` that is not a retryable failure. Every call to ACS is idempotent, so all may be tried
   * again, whatever became of the attempt before.
   *
   * @param attempt makes one attempt within the milliseconds it is given
   * @throws ProxyError the last failure; at once where another attempt is not allowed, or would have to wait past the
   *   deadline
   */
  async run<Result>(attempt: (timeoutMs: number) => Promise<Result>, deadline: Deadline): Promise<Result> {
    let last: ProxyError | undefined;
    for (let retries = 0; ; retries += 1) {
      const { remainingMs } = deadline;
      if (remainingMs === 0) throw deadline.passed(last);
      const admission = this.circuit.admit();
      if (admission instanceof ProxyError) throw last ?? admission;
      try {
        const result = await attempt(Math.min(this.#options.attemptTimeoutMs, remainingMs));
        admission.settle();
        this.#budget.earn();
        return result;
      } catch (thrown) {
        last = asProxyError(thrown);
        admission.settle(last);
        await this.#waitForRetry(last, retries, deadline);
      }
    }
  }

  /** Resolves when it is time for another attempt; throws where there shall be none. */
  async #waitForRetry(error: ProxyError, retries: number, deadline: Deadline): Promise<void> {
    const { remainingMs } = deadline;
    if (error.code === 'UpstreamTimeout' && remainingMs === 0) throw deadline.passed(error);
    if (!error.retryable || retries >= this.#options.maxRetries) throw error;
    const waitMs = error.retryAfterMs ?? backOff(retries);
    // What ACS said last tells a caller more than that time ran out, unless the last was a time-out as well.
    if (waitMs >= remainingMs) throw error.code === 'UpstreamTimeout' ? deadline.passed(error) : error;
    if (this.circuit.state === 'open' || !this.#budget.spend()) throw error;
    await deadline.pause(waitMs);
  }
}

/** Exponential, with full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
function backOff(retries: number): number {
  return Math.random() * Math.min(LONGEST_WAIT_MS, BASE_WAIT_MS * 2 ** retries);
}
