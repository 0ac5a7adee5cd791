// The circuit breaker: while ACS is dead, removals fail at once, and one of them at a time finds out whether it is back.
//
// Own code rather than cockatiel's: that one measures its pause on the wall clock, so that a clock set back by an hour
// keeps the circuit open for an hour; and it makes callers wait for the probe instead of answering them at once.
import { type ErrorCode, ProxyError } from '../contract/errors';

/** Outcomes looked back on. */
const WINDOW = 25;
/** Fewest outcomes to judge by. */
const LEAST = 10;
/** More failures than this share open the circuit. Above what a storm of faults amounts to: those, retries mend. */
const THRESHOLD = 0.85;
/** Milliseconds from one probe to the next: how soon after its recovery ACS is used again. */
const PAUSE_MS = 2_000;

/** Failures that speak against ACS. */
const DEAD: ReadonlySet<ErrorCode> = new Set([
  'UpstreamError',
  'UpstreamUnavailable',
  'UpstreamTimeout',
  'InvalidUpstreamResponse',
]);
/** Failures that say nothing of ACS, since it was not reached. */
const SILENT: ReadonlySet<ErrorCode> = new Set(['CredentialUnavailable', 'InternalError', 'NotConfigured']);

/** An attempt that was admitted; told what became of it, once. */
export interface Admission {
  /** @param error undefined where the attempt succeeded */
  settle(error?: ProxyError): void;
}

export type CircuitState = 'closed' | 'open' | 'halfOpen';

export class Circuit {
  /** Whether each of the last outcomes speaks against ACS, and how many do. */
  #outcomes: boolean[] = [];
  #failures = 0;
  /** On the monotonic clock; undefined while the circuit is closed. */
  #probeAt: number | undefined;
  #probing = false;

  get state(): CircuitState {
    if (this.#probeAt === undefined) return 'closed';
    return this.#probing || performance.now() >= this.#probeAt ? 'halfOpen' : 'open';
  }

  /** Leave for one attempt, or the error that says when to come again. */
  admit(): Admission | ProxyError {
    if (this.#probeAt === undefined) return { settle: (error) => this.#settle(error) };
    const waitMs = this.#probing ? PAUSE_MS : this.#probeAt - performance.now();
    if (waitMs > 0) {
      return new ProxyError('UpstreamUnavailable', 'ACS has been failing and is not asked for a moment.', {
        retryAfterMs: waitMs,
        retryable: false,
      });
    }
    this.#probing = true;
    return { settle: (error) => this.#settleProbe(error) };
  }

  #settle(error: ProxyError | undefined): void {
    // An attempt from before the circuit opened is no news.
    if (this.#probeAt !== undefined || (error && SILENT.has(error.code))) return;
    const failed = speaksAgainst(error);
    this.#outcomes.push(failed);
    if (failed) this.#failures += 1;
    if (this.#outcomes.length > WINDOW && this.#outcomes.shift()) this.#failures -= 1;
    if (this.#outcomes.length >= LEAST && this.#failures > THRESHOLD * this.#outcomes.length) this.#open();
  }

  #settleProbe(error: ProxyError | undefined): void {
    this.#probing = false;
    if (speaksAgainst(error)) this.#open();
    else if (!error || !SILENT.has(error.code)) this.#probeAt = undefined;
  }

  #open(): void {
    this.#probeAt = performance.now() + PAUSE_MS;
    this.#outcomes = [];
    this.#failures = 0;
  }
}

function speaksAgainst(error: ProxyError | undefined): boolean {
  return error !== undefined && DEAD.has(error.code);
}
