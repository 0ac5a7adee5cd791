// When a token is asked for, kept, renewed and dropped.
import { type ExpiringToken, TokenCache } from '../../shared/credentials/tokenCache';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'], now: 1_795_000_000_000 }));
afterEach(() => jest.useRealTimers());

const MINUTE = 60_000;

function cached(lifetimesMs: number[], renewAfterMs?: number) {
  const failures: unknown[] = [];
  const fetch: jest.Mock<Promise<ExpiringToken>, []> = jest.fn(async () => {
    const lifetime = lifetimesMs[fetch.mock.calls.length - 1];
    if (lifetime === undefined) throw new Error('no token');
    const renewAt = renewAfterMs === undefined ? undefined : Date.now() + renewAfterMs;
    return { token: `token-${fetch.mock.calls.length}`, expiresAt: Date.now() + lifetime, renewAt };
  });
  return { cache: new TokenCache({ fetch, onRenewalFailure: (cause) => failures.push(cause) }), fetch, failures };
}

test('one request serves all who wait', async () => {
  const { cache, fetch } = cached([60 * MINUTE]);
  expect(await Promise.all([cache.get(), cache.get(), cache.get()])).toEqual(['token-1', 'token-1', 'token-1']);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('it is renewed in its last five minutes, while the old one serves', async () => {
  const { cache, fetch } = cached([60 * MINUTE, 60 * MINUTE]);
  await cache.get();
  await jest.advanceTimersByTimeAsync(55 * MINUTE - 1);
  expect(await cache.get()).toBe('token-1');
  expect(fetch).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(await cache.get()).toBe('token-1');
  await jest.advanceTimersByTimeAsync(1);
  expect(await cache.get()).toBe('token-2');
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('it is renewed when its issuer wants it so', async () => {
  const { cache, fetch } = cached([60 * MINUTE, 60 * MINUTE], 10 * MINUTE);
  await cache.get();
  await jest.advanceTimersByTimeAsync(10 * MINUTE);
  await cache.get();
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('in its last half minute it serves no more', async () => {
  const { cache } = cached([60 * MINUTE, 60 * MINUTE]);
  await cache.get();
  await jest.advanceTimersByTimeAsync(60 * MINUTE - 30_000);
  expect(await cache.get()).toBe('token-2');
});

test('a renewal that fails is told, tried again after ten seconds, and harms nobody', async () => {
  const { cache, fetch, failures } = cached([4 * MINUTE]);
  await cache.get();
  expect(await cache.get()).toBe('token-1');
  await jest.advanceTimersByTimeAsync(1);
  expect(failures).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(9_998);
  expect(await cache.get()).toBe('token-1');
  expect(fetch).toHaveBeenCalledTimes(2);
  await jest.advanceTimersByTimeAsync(1);
  expect(await cache.get()).toBe('token-1');
  expect(fetch).toHaveBeenCalledTimes(3);
});

test('a failure reaches all who wait, and is not kept', async () => {
  const { cache, fetch } = cached([]);
  await expect(Promise.all([cache.get(), cache.get()])).rejects.toThrow('no token');
  await expect(cache.get()).rejects.toThrow('no token');
  expect(fetch).toHaveBeenCalledTimes(2);
});

test('a token that was refused is dropped, unless there is another by now', async () => {
  const { cache, fetch } = cached([60 * MINUTE, 60 * MINUTE]);
  await cache.get();
  expect(cache.drop('token-0')).toBe(false);
  expect(await cache.get()).toBe('token-1');
  expect(cache.drop('token-1')).toBe(true);
  expect(await cache.get()).toBe('token-2');
  expect(cache.drop('token-1')).toBe(false);
  expect(fetch).toHaveBeenCalledTimes(2);
});
