// Retry-After, in the two forms of RFC 9110, section 10.2.3.

/** Longer than any caller waits; a larger figure is a mistake upstream that must not be passed on as it is. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** Date.parse alone takes far more than HTTP dates: "1.5" is a day in 2001 to it. */
const HTTP_DATE = /^[A-Z][a-z]+,? .+ GMT$/;

/**
 * Milliseconds that `value` asks to wait, from seconds or from an HTTP date.
 *
 * @param now milliseconds since the epoch; a date is relative to it
 * @returns undefined where the header is absent or neither form
 */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : HTTP_DATE.test(value) ? Date.parse(value) - now : NaN;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), LONGEST_MS);
}
