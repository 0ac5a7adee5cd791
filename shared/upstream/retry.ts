// Trying again: which failures are worth another attempt, how long to wait before it, and when to give up.
import { setTimeout as delay } from 'node:timers/promises';
import { asProxyError, type ProxyError } from '../contract/errors';
import type { Deadline } from './deadline';

const BASE_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export interface RetryOptions {
  deadline: Deadline;
  /** Milliseconds one attempt may take. */
  attemptTimeoutMs: number;
  /** Attempts after the first. */
  maxRetries: number;
}

/**
 * The first result of `attempt` that is not a retryable failure. Every call to ACS is idempotent, so all may be tried
 * again, whatever became of the attempt before.
 *
 * @param attempt makes one attempt within the milliseconds it is given
 * @throws ProxyError the last failure; at once where the wait before another attempt would pass the deadline
 */
export async function withRetry<Result>(
  attempt: (timeoutMs: number) => Promise<Result>,
  { deadline, attemptTimeoutMs, maxRetries }: RetryOptions,
): Promise<Result> {
  for (let retries = 0; ; retries += 1) {
    const { remainingMs } = deadline;
    if (remainingMs === 0) throw deadline.passed();
    try {
      return await attempt(Math.min(attemptTimeoutMs, remainingMs));
    } catch (thrown) {
      const error = asProxyError(thrown);
      if (error.code === 'UpstreamTimeout' && deadline.remainingMs === 0) throw deadline.passed(error);
      if (!error.retryable || retries >= maxRetries) throw error;
      const waitMs = error.retryAfterMs ?? backOff(retries);
      if (waitMs >= deadline.remainingMs) throw outOfTime(error, deadline);
      await delay(waitMs);
    }
  }
}

/** Exponential, with full jitter: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
function backOff(retries: number): number {
  return Math.random() * Math.min(LONGEST_WAIT_MS, BASE_WAIT_MS * 2 ** retries);
}

/** What ACS said last tells a caller more than that time ran out, unless the last was a time-out as well. */
function outOfTime(error: ProxyError, deadline: Deadline): ProxyError {
  return error.code === 'UpstreamTimeout' ? deadline.passed(error) : error;
}
