// What a probe is told, and how often the credential is asked for.
import { ProxyError } from '../../shared/contract/errors';
import { Health } from '../../shared/health';
import type { Service } from '../../shared/removeParticipants';
import type { CircuitState } from '../../shared/upstream/circuit';

let warn: jest.SpyInstance;
beforeEach(() => {
  jest.useFakeTimers();
  warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  jest.useRealTimers();
  warn.mockRestore();
});

const failure = new ProxyError('CredentialUnavailable', 'There is none.');
const ok = { status: 'ok' };

/** A probe of a service that is as these say. */
function probing(ready: () => Promise<unknown>, state: CircuitState = 'closed') {
  const health = new Health();
  const asked = jest.fn(ready);
  const service = { authorizer: { ready: asked }, circuit: { state } } as unknown as Service;
  const probe = async () => {
    const { status, body } = await health.answer(async () => service);
    return { code: status, ...JSON.parse(body) };
  };
  return { probe, asked };
}

test('all is well', async () => {
  const { probe } = probing(async () => {});
  expect(await probe()).toEqual({
    code: 200,
    status: 'healthy',
    checks: { settings: ok, credential: ok, circuit: ok },
  });
  expect(warn).not.toHaveBeenCalled();
});

test.each<[CircuitState, object, number]>([
  ['closed', ok, 200],
  ['halfOpen', ok, 200],
  ['open', { status: 'failed', message: 'ACS has been failing.' }, 503],
])('a circuit that is %s', async (state, circuit, code) => {
  expect(await probing(async () => {}, state).probe()).toMatchObject({ code, checks: { circuit } });
});

test('settings that allow no service leave the rest unknown', async () => {
  const rejected = new ProxyError('NotConfigured', 'ACS_ENDPOINT is missing.');
  const { status, body } = await new Health().answer(() => Promise.reject(rejected));
  expect({ status, ...JSON.parse(body) }).toMatchObject({
    status: 'unhealthy',
    checks: {
      settings: { status: 'failed', message: 'ACS_ENDPOINT is missing.' },
      credential: { status: 'unknown' },
      circuit: { status: 'unknown' },
    },
  });
  expect(status).toBe(503);
});

test('a credential that cannot be had is asked for again after five seconds, and told once', async () => {
  let has = false;
  const { probe, asked } = probing(async () => {
    if (!has) throw failure;
  });
  const failed = { code: 503, checks: { credential: { status: 'failed', message: 'There is none.' } } };
  expect(await probe()).toMatchObject(failed);
  jest.advanceTimersByTime(4_999);
  expect(await probe()).toMatchObject(failed);
  expect(asked).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(1);
  expect(await probe()).toMatchObject(failed);
  expect(asked).toHaveBeenCalledTimes(2);
  has = true;
  jest.advanceTimersByTime(5_000);
  expect((await probe()).code).toBe(200);
  expect(warn).toHaveBeenCalledTimes(1);
  // A new failure after that is news again.
  has = false;
  expect((await probe()).code).toBe(503);
  expect(warn).toHaveBeenCalledTimes(2);
});

test('a credential that takes too long is not waited for', async () => {
  const { probe } = probing(() => new Promise(() => {}));
  const answer = probe();
  await jest.advanceTimersByTimeAsync(3_000);
  expect(await answer).toMatchObject({
    code: 503,
    checks: { credential: { message: 'There was no token within 3000 ms.' } },
  });
});
