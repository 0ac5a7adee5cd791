// GET /api/health: what a probe sees of the settings, the credential and the circuit, and what probing costs.
import { get, PRESENTER, remove } from '../harness/caller';
import { until } from '../harness/conditions';
import { modes, settingsFor, startProxy } from '../harness/proxy';
import { running } from '../harness/running';

const here = running({ ACS_MAX_RETRIES: '0' });

const ok = { status: 'ok' };
const allWell = { status: 'healthy', checks: { settings: ok, credential: ok, circuit: ok } };

/** The answer of a proxy with settings of its own. */
async function healthWith(settings: Record<string, string>) {
  const proxy = await startProxy(settings);
  try {
    const answer = await get(proxy, '/api/health');
    return { ...answer, output: proxy.output() };
  } finally {
    await proxy.stop();
  }
}

test('a proxy that could remove somebody is healthy', async () => {
  const { status, headers, body } = await get(here.proxy, '/api/health');
  expect({ status, body }).toEqual({ status: 200, body: allWell });
  expect(headers.get('cache-control')).toBe('no-store');
});

test('a probe every second costs no call: not to ACS, not for a token', async () => {
  await get(here.proxy, '/api/health');
  here.emulator.journal.clear();
  for (let probe = 0; probe < 50; probe += 1) expect((await get(here.proxy, '/api/health')).status).toBe(200);
  expect(here.emulator.journal.total).toBe(0);
});

test('the first probe has the token fetched, so that the first removal need not wait for it', async () => {
  const proxy = await startProxy(settingsFor(here.emulator));
  try {
    await get(proxy, '/api/health');
    // Asked for by the warm-up, which the probe waits for.
    expect(here.emulator.journal.entries('/msi/').map(({ status }) => status)).toEqual([200]);
    expect((await remove(proxy, [PRESENTER])).status).toBe(200);
    expect(here.emulator.journal.entries('/msi/')).toHaveLength(1);
  } finally {
    await proxy.stop();
  }
});

test.each(['access-key', 'user-token'] as const)('mode %s is healthy as well', async (mode) => {
  const { status, body } = await healthWith({ ...settingsFor(here.emulator), ...modes[mode] });
  expect({ status, body }).toEqual({ status: 200, body: allWell });
});

test('wrong settings are named, with no value of theirs, and the rest is unknown', async () => {
  const { status, body } = await healthWith({ ACS_ENDPOINT: 'marked-endpoint', ACS_MAX_RETRIES: 'marked-retries' });
  expect(status).toBe(503);
  expect(body.status).toBe('unhealthy');
  expect(body.checks).toMatchObject({ settings: { status: 'failed' }, credential: { status: 'unknown' } });
  expect(body.checks.settings.message).toMatch(/ACS_ENDPOINT.*ACS_MAX_RETRIES/);
  expect(JSON.stringify(body)).not.toContain('marked');
});

test('a credential that cannot be had is told once to the log, and not asked for with every probe', async () => {
  const proxy = await startProxy({ ...settingsFor(here.emulator), IDENTITY_HEADER: 'marked-wrong-header' });
  try {
    for (let probe = 0; probe < 10; probe += 1) {
      const { status, body } = await get(proxy, '/api/health');
      expect(status).toBe(503);
      expect(body.checks).toMatchObject({ settings: ok, credential: { status: 'failed' }, circuit: ok });
      expect(body.checks.credential.message).toBe(
        'No token for ACS could be had from the managed identity of the app.',
      );
    }
    // The warm-up asks as well, by itself or together with the first probe.
    expect(here.emulator.journal.entries('/msi/').length).toBeLessThanOrEqual(2);
    await until(() => proxy.output().includes('credentialUnavailable'), 'a warning');
    expect(proxy.output().split('credentialUnavailable')).toHaveLength(2);
    expect(proxy.output()).not.toContain('marked-wrong-header');
  } finally {
    await proxy.stop();
  }
});

test('a token endpoint that never answers does not hold the probe up for long', async () => {
  const proxy = await startProxy(settingsFor(here.emulator));
  here.emulator.faults.set({ kind: 'hang', target: 'msi' });
  try {
    const { status, body } = await get(proxy, '/api/health');
    expect({ status, message: body.checks.credential.message }).toEqual({
      status: 503,
      message: 'There was no token within 3000 ms.',
    });
  } finally {
    await proxy.stop();
  }
});

test('an open circuit is unhealthy; once a removal may try ACS again, the instance is healthy', async () => {
  here.emulator.faults.set({ kind: 'status', status: 500 });
  for (let removal = 0; removal < 12; removal += 1) await remove(here.proxy, [PRESENTER]);
  const { status, body } = await get(here.proxy, '/api/health');
  expect({ status, circuit: body.checks.circuit }).toEqual({
    status: 503,
    circuit: { status: 'failed', message: 'ACS has been failing.' },
  });
  here.emulator.faults.set();
  await until(async () => (await get(here.proxy, '/api/health')).status === 200, 'health without traffic');
  expect((await remove(here.proxy, [PRESENTER])).status).toBe(200);
});
