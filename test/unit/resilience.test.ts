// Which failures are tried again, how often, and after how long.
import { type ErrorCode, errorCatalogue, ProxyError } from '../../shared/contract/errors';
import { Deadline } from '../../shared/upstream/deadline';
import { Resilience } from '../../shared/upstream/resilience';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

interface Run {
  outcome: unknown;
  attempts: number;
  timeouts: number[];
  tookMs: number;
}

/** Runs attempts that fail one after the other with these errors, and then succeed. */
async function run(
  errors: ProxyError[],
  {
    maxRetries = 3,
    deadlineMs = 25_000,
    attemptTimeoutMs = 5_000,
    resilience = new Resilience({ attemptTimeoutMs, maxRetries }),
  } = {},
): Promise<Run> {
  const timeouts: number[] = [];
  const startedAt = performance.now();
  let settled = false;
  const outcome = resilience
    .run(async (timeoutMs) => {
      timeouts.push(timeoutMs);
      const error = errors[timeouts.length - 1];
      if (error) throw error;
      return 'done';
    }, new Deadline(deadlineMs))
    .catch((error: unknown) => error)
    .finally(() => {
      settled = true;
    });
  while (!settled) await jest.advanceTimersByTimeAsync(1);
  return { outcome: await outcome, attempts: timeouts.length, timeouts, tookMs: performance.now() - startedAt };
}

const failing = (code: ErrorCode, options: ConstructorParameters<typeof ProxyError>[2] = {}) =>
  new ProxyError(code, 'failed', options);
const codes = Object.keys(errorCatalogue) as ErrorCode[];

test.each(codes)('%s is tried again just where the catalogue says so', async (code) => {
  const { attempts, outcome } = await run([failing(code)]);
  expect(attempts).toBe(errorCatalogue[code].retryable ? 2 : 1);
  expect(outcome).toEqual(errorCatalogue[code].retryable ? 'done' : expect.objectContaining({ code }));
});

test('what is no error of ours is a defect, and not tried again', async () => {
  const { attempts, outcome } = await run([new TypeError('oops') as unknown as ProxyError]);
  expect(attempts).toBe(1);
  expect(outcome).toMatchObject({ code: 'InternalError', cause: expect.any(TypeError) });
});

test.each([0, 1, 3])('%i retries are made, and the last failure is told', async (maxRetries) => {
  const errors = Array.from({ length: 10 }, (_, index) => failing('UpstreamError', { target: String(index) }));
  const { attempts, outcome } = await run(errors, { maxRetries });
  expect(attempts).toBe(maxRetries + 1);
  expect(outcome).toBe(errors[maxRetries]);
});

test('the wait doubles from 100 ms on, with full jitter, up to five seconds', async () => {
  const errors = Array.from({ length: 8 }, () => failing('TooManyRequests'));
  jest.spyOn(Math, 'random').mockReturnValue(1);
  expect((await run(errors.slice(0, 3), { maxRetries: 8, deadlineMs: 60_000 })).tookMs).toBeCloseTo(700, -1);
  expect((await run(errors, { maxRetries: 8, deadlineMs: 60_000 })).tookMs).toBeCloseTo(
    100 + 200 + 400 + 800 + 1600 + 3200 + 5000 + 5000,
    -2,
  );
  jest.spyOn(Math, 'random').mockReturnValue(0);
  expect((await run(errors, { maxRetries: 8 })).tookMs).toBeLessThan(30);
});

test('Retry-After is what is waited, whatever the back-off would be', async () => {
  const { tookMs, outcome } = await run([failing('TooManyRequests', { retryAfterMs: 3_000 })]);
  expect(outcome).toBe('done');
  expect(tookMs).toBeGreaterThanOrEqual(3_000);
  expect(tookMs).toBeLessThan(3_010);
});

test('no wait is started that would end past the deadline: the failure is told at once', async () => {
  const error = failing('TooManyRequests', { retryAfterMs: 1_000 });
  expect(await run([error], { deadlineMs: 1_000 })).toMatchObject({ attempts: 1, outcome: error });
  const late = await run([failing('UpstreamTimeout', { retryAfterMs: 1_000 })], { deadlineMs: 1_000 });
  expect(late.outcome).toMatchObject({
    code: 'UpstreamTimeout',
    message: expect.stringContaining('1000 ms'),
    retryable: false,
  });
});

test('an attempt gets what is left of the deadline, and no more than its own limit', async () => {
  const { timeouts } = await run([failing('TooManyRequests', { retryAfterMs: 3_000 })], { deadlineMs: 7_000 });
  expect(timeouts[0]).toBe(5_000);
  expect(timeouts[1]).toBeGreaterThan(3_900);
  expect(timeouts[1]).toBeLessThanOrEqual(4_000);
});

test('the circuit refuses at once, and ends the retries of those under way', async () => {
  const resilience = new Resilience({ attemptTimeoutMs: 1_000, maxRetries: 20 });
  jest.spyOn(Math, 'random').mockReturnValue(0);
  const dead = Array.from({ length: 30 }, () => failing('UpstreamError'));
  const first = await run(dead, { resilience });
  expect(first).toMatchObject({ attempts: 10, outcome: dead[9] });
  expect(await run(dead, { resilience })).toMatchObject({ attempts: 0, outcome: { code: 'UpstreamUnavailable' } });
});
