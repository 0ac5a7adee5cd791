// Retry-After in both forms, and in none.
import { parseRetryAfter } from '../../shared/upstream/retryAfter';

const NOW = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['0', 0],
  ['7', 7000],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  ['Thursday, 01-Jan-26 00:00:09 GMT', 9000],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  ['99999999999999999999', 24 * 60 * 60 * 1000],
])('%s is %i ms', (value, expected) => {
  expect(parseRetryAfter(value, NOW)).toBe(expected);
});

test.each([undefined, '', ' ', '-1', '1.5', 'soon', '2026-01-01T00:00:09Z', '5 apples', 'Thu, GMT'])(
  '%j is none',
  (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  },
);
