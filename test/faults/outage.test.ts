// ACS, or the token endpoint, dies and comes back mid-load: callers are told at once, ACS is left in peace, and all is well
// within seconds.
import { type Emulator, type EmulatorOptions, startEmulator } from '../../dev/emulator/emulator';
import type { Fault } from '../../dev/emulator/faults';
import { type Answered, PRESENTER, remove } from '../harness/caller';
import { until } from '../harness/conditions';
import { atRate, inParallel } from '../harness/load';
import { PROBE, type RunningProxy, setClock, settingsFor, startProxy, statsOf } from '../harness/proxy';
import { figure, sized } from './figures';

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});

async function start(settings: Record<string, string> = {}, options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options);
  running.push({ stop: emulator.close });
  const proxy = await startProxy({ ...settingsFor(emulator), ACS_ATTEMPT_TIMEOUT_MS: '250', ...settings }, PROBE);
  running.push(proxy);
  expect((await remove(proxy, [PRESENTER])).status).toBe(200);
  emulator.journal.clear();
  return { emulator, proxy };
}

async function timed(work: Promise<Answered>): Promise<Answered & { tookMs: number }> {
  const startedAt = performance.now();
  return { ...(await work), tookMs: performance.now() - startedAt };
}

/** Milliseconds until a removal succeeds again. */
async function recovery(proxy: RunningProxy): Promise<number> {
  const startedAt = performance.now();
  await until(async () => (await remove(proxy, [PRESENTER])).status === 200);
  return performance.now() - startedAt;
}

async function breakCircuit(emulator: Emulator, proxy: RunningProxy): Promise<Answered> {
  emulator.faults.set({ kind: 'reset', path: '/rooms/' });
  let answered = await remove(proxy, [PRESENTER]);
  await until(async () => {
    answered = await remove(proxy, [PRESENTER]);
    return answered.headers.has('retry-after');
  });
  return answered;
}

describe.each([
  ['refuses connections', { kind: 'reset' }],
  ['hangs', { kind: 'hang' }],
  ['says 503', { kind: 'status', status: 503 }],
  ['talks nonsense', { kind: 'answer' }],
] as [string, Fault][])('an ACS that %s', (what, fault) => {
  const SECONDS = sized(4, 60);

  test(
    'is left in peace, callers are told at once, and it is used again within seconds',
    async () => {
      const { emulator, proxy } = await start();
      expect((await inParallel(100, 16, () => remove(proxy, [PRESENTER]))).every(({ status }) => status === 200)).toBe(
        true,
      );

      emulator.journal.clear();
      emulator.faults.set(fault);
      const answers = await atRate(50, SECONDS, () => timed(remove(proxy, [PRESENTER])));
      const perRemoval = emulator.journal.total / answers.length;
      expect(answers.filter(({ status }) => status === 200)).toEqual([]);
      // The second half of the outage, when nothing new is to be found out: all but the probes are refused at once.
      const later = answers.slice(answers.length / 2).filter(({ headers }) => headers.has('retry-after'));
      expect(later.length).toBeGreaterThan(answers.length * 0.45);
      expect(later.every(({ body }) => body.error.code === 'UpstreamUnavailable')).toBe(true);
      const median = later.map(({ tookMs }) => tookMs).sort((a, b) => a - b)[Math.floor(later.length / 2)] ?? 0;

      emulator.faults.set();
      const backMs = await recovery(proxy);
      expect((await inParallel(100, 16, () => remove(proxy, [PRESENTER]))).every(({ status }) => status === 200)).toBe(
        true,
      );
      figure(
        `Outage of ${SECONDS} s, ACS ${what}: ${answers.length} removals`,
        `${perRemoval.toFixed(2)} calls a removal, refused in ${median.toFixed(1)} ms (median), back ${(backMs / 1000).toFixed(1)} s after ACS`,
      );
      expect(perRemoval).toBeLessThanOrEqual(1.5);
      expect(backMs).toBeLessThan(4_000);
    },
    sized(60_000, 300_000),
  );
});

test('a token endpoint that dies harms nobody while the token serves', async () => {
  const { emulator, proxy } = await start({}, { tokenLifetimeMs: 120_000 });
  emulator.faults.set({ kind: 'reset', target: 'msi' });
  const answers = await inParallel(50, 8, () => remove(proxy, [PRESENTER]));
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
});

test('a token endpoint that is dead from the start is CredentialUnavailable within the deadline, and is used once it is back', async () => {
  const emulator = await startEmulator();
  running.push({ stop: emulator.close });
  emulator.faults.set({ kind: 'hang', target: 'msi' });
  const proxy = await startProxy({ ...settingsFor(emulator), ACS_DEADLINE_MS: '1000' });
  running.push(proxy);
  const answers = await inParallel(20, 20, () => timed(remove(proxy, [PRESENTER])));
  for (const { body, tookMs } of answers) {
    expect(['UpstreamTimeout', 'CredentialUnavailable']).toContain(body.error.code);
    expect(tookMs).toBeLessThan(2_500);
  }
  // Not one request for each who waits: the one that hangs is given up and asked anew.
  expect(emulator.journal.entries('/msi/').length).toBeLessThanOrEqual(2);
  expect(emulator.journal.entries('/rooms/')).toHaveLength(0);
  emulator.faults.set();
  const startedAt = performance.now();
  let status = 0;
  while (status !== 200 && performance.now() - startedAt < 20_000) status = (await remove(proxy, [PRESENTER])).status;
  expect(status).toBe(200);
}, 40_000);

test('an answer that drips in is cut by the time an attempt has, and its socket is freed', async () => {
  const { emulator, proxy } = await start({ ACS_MAX_RETRIES: '1' });
  emulator.faults.set({ kind: 'drip', delayMs: 20 });
  const answers = await inParallel(20, 20, () => timed(remove(proxy, [PRESENTER])));
  for (const { body, tookMs } of answers) {
    expect(['UpstreamTimeout', 'UpstreamUnavailable']).toContain(body.error.code);
    expect(tookMs).toBeLessThan(2_500);
  }
  emulator.faults.set();
  await recovery(proxy);
  // What is left is the listening socket's connections from here and a pooled one to ACS.
  await until(async () => ((await statsOf(proxy)).resources.Timeout ?? 0) <= 2);
});

test('an abandoned attempt frees its connection', async () => {
  const { emulator, proxy } = await start({ ACS_MAX_RETRIES: '0' });
  let open = 0;
  emulator.onConnection((delta) => {
    open += delta;
  });
  emulator.faults.set({ kind: 'hang' });
  const hanging = inParallel(8, 8, () => remove(proxy, [PRESENTER]));
  await until(() => emulator.journal.entries('/rooms/').length === 8);
  await hanging;
  await until(() => open <= 0, 'the connections that hung are closed');
});

test.each([
  ['forward', 3_600_000],
  ['back', -3_600_000],
])('a clock that jumps an hour %s stops nobody', async (_, offsetMs) => {
  const { emulator, proxy } = await start();
  await setClock(proxy, offsetMs);
  expect((await remove(proxy, [PRESENTER])).status).toBe(200);
  // The pause of the circuit and the deadline go on as they were.
  await breakCircuit(emulator, proxy);
  await setClock(proxy, 0);
  await setClock(proxy, offsetMs * 2);
  emulator.faults.set();
  expect(await recovery(proxy)).toBeLessThan(4_000);
});

test('an open circuit says when to come again', async () => {
  const { emulator, proxy } = await start();
  const { status, headers, body } = await breakCircuit(emulator, proxy);
  expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'UpstreamUnavailable' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(2);
});

test('errors that are no fault of ACS leave the circuit closed', async () => {
  const { emulator, proxy } = await start();
  for (const status of [400, 403, 404, 409]) {
    emulator.faults.set({ kind: 'status', status });
    await inParallel(30, 8, () => remove(proxy, [PRESENTER]));
  }
  emulator.faults.set({ kind: 'status', status: 429, retryAfter: '60' });
  expect((await inParallel(30, 8, () => remove(proxy, [PRESENTER]))).map(({ status }) => status)).toEqual(
    Array(30).fill(429),
  );
  emulator.faults.set();
  expect((await remove(proxy, [PRESENTER])).status).toBe(200);
});

test('retries that ACS throttles are bounded by the budget', async () => {
  const { emulator, proxy } = await start({ ACS_MAX_RETRIES: '3' });
  emulator.faults.set({ kind: 'status', status: 429, retryAfter: '0' });
  const removals = 300;
  await inParallel(removals, 16, () => remove(proxy, [PRESENTER]));
  // A hundred retries are there to begin with, and no success pays for another.
  expect(emulator.journal.total - removals).toBe(100);
});

test('more removals than an instance takes are refused at once, with Retry-After', async () => {
  const { emulator, proxy } = await start({ ACS_ATTEMPT_TIMEOUT_MS: '3000', ACS_MAX_RETRIES: '0' });
  emulator.faults.set({ kind: 'slow', delayMs: 1000 });
  const answers = await Promise.all(Array.from({ length: 230 }, () => timed(remove(proxy, [PRESENTER]))));
  const refused = answers.filter(({ status }) => status === 503);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
  expect(refused).toHaveLength(30);
  for (const { headers, body } of refused) {
    expect(headers.get('retry-after')).toBe('1');
    expect(body.error).toMatchObject({ code: 'UpstreamUnavailable', message: expect.stringContaining('busy') });
  }
  expect((await remove(proxy, [PRESENTER])).status).toBe(200);
});
