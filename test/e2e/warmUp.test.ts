// The warm-up: token and connection are had while nobody waits for them yet, and nobody suffers where they cannot be had.
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { PRESENTER, remove } from '../harness/caller';
import { until } from '../harness/conditions';
import { settingsFor, startProxy } from '../harness/proxy';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

test('the token is asked for before anybody calls, once, and the first removal uses it', async () => {
  const proxy = await startProxy(settingsFor(emulator));
  try {
    await until(() => emulator.journal.entries('/msi/').some(({ status }) => status === 200), 'a token');
    expect((await remove(proxy, [PRESENTER])).status).toBe(200);
    expect(emulator.journal.entries('/msi/')).toHaveLength(1);
  } finally {
    await proxy.stop();
  }
});

test('the connection to ACS is there before anybody calls, and the first removal uses it', async () => {
  let connections = 0;
  emulator.onConnection((delta) => {
    connections += Math.max(delta, 0);
  });
  const proxy = await startProxy(settingsFor(emulator));
  try {
    // One to ACS, one to the token endpoint, which the emulator is as well.
    await until(() => connections === 2, 'both connections');
    await until(() => emulator.journal.entries('/msi/').some(({ status }) => status === 200), 'a token');
    expect((await remove(proxy, [PRESENTER])).status).toBe(200);
    expect(connections).toBe(2);
  } finally {
    await proxy.stop();
  }
});

test('a token that cannot be had is told to the log; the first removal asks again', async () => {
  emulator.faults.set({ kind: 'status', status: 400, target: 'msi', times: 1 });
  const proxy = await startProxy(settingsFor(emulator));
  try {
    await until(() => proxy.output().includes('"event":"notReady"'), 'a warning');
    expect((await remove(proxy, [PRESENTER])).status).toBe(200);
  } finally {
    await proxy.stop();
  }
});

test('an ACS that is not there keeps nobody from starting', async () => {
  const settings = { ...settingsFor(emulator), ACS_ENDPOINT: 'http://127.0.0.1:9', ACS_MAX_RETRIES: '0' };
  const proxy = await startProxy(settings);
  try {
    expect((await remove(proxy, [PRESENTER])).body.error.code).toBe('UpstreamUnavailable');
  } finally {
    await proxy.stop();
  }
});

test('wrong settings are told to the log at the start, without their values', async () => {
  const proxy = await startProxy({ ACS_ENDPOINT: 'marked-endpoint' });
  try {
    await until(() => proxy.output().includes('"event":"notReady"'), 'a warning');
    expect(proxy.output()).toContain('ACS_ENDPOINT must be');
    expect(proxy.output()).not.toContain('marked-endpoint');
  } finally {
    await proxy.stop();
  }
});
