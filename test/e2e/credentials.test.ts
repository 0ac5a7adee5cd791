// How requests to ACS are authorised: tokens kept, renewed and replaced, signatures made.
import { ACCESS_KEY, type Emulator, type EmulatorOptions, startEmulator } from '../../dev/emulator/emulator';
import { PRESENTER, remove } from '../harness/caller';
import { until } from '../harness/conditions';
import { modes, type RunningProxy, settingsFor, startProxy } from '../harness/proxy';

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});

async function start(settings: Record<string, string> = {}, options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options);
  running.push({ stop: emulator.close });
  const proxy = await startProxy({ ...settingsFor(emulator), ...settings });
  running.push(proxy);
  return { emulator, proxy };
}

async function statusesOf(proxy: RunningProxy, count: number): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => remove(proxy, [PRESENTER])));
  return answers.map(({ status }) => status);
}

/** Tokens that were issued. */
function tokensIssued(emulator: Emulator) {
  const issued = (path: string) => emulator.journal.entries(path).filter(({ status }) => status === 200).length;
  return { entra: issued('/msi/token'), user: issued('/identities/') };
}

describe.each([
  ['entra', modes.entra, { entra: 1, user: 0 }],
  ['user-token by Entra', modes['user-token'], { entra: 1, user: 1 }],
  ['user-token by key', { ...modes['user-token'], ACS_ACCESS_KEY: ACCESS_KEY }, { entra: 0, user: 1 }],
  ['access-key', modes['access-key'], { entra: 0, user: 0 }],
])('%s', (_, settings, expected) => {
  test('asks for a token once, however many removals wait for it', async () => {
    const { emulator, proxy } = await start(settings);
    expect(await statusesOf(proxy, 20)).toEqual(Array(20).fill(200));
    expect(await statusesOf(proxy, 1)).toEqual([200]);
    expect(tokensIssued(emulator)).toEqual(expected);
  });

  test('gets by when ACS refuses every token there is', async () => {
    const { emulator, proxy } = await start(settings);
    expect(await statusesOf(proxy, 1)).toEqual([200]);
    emulator.tokens.revokeAll();
    expect(await statusesOf(proxy, 20)).toEqual(Array(20).fill(200));
    // One request for a new one, not one for each removal that was refused.
    expect(tokensIssued(emulator)).toEqual({ entra: expected.entra * 2, user: expected.user * 2 });
  });

  test('tries once more after a 401, and no more than that', async () => {
    const { emulator, proxy } = await start(settings);
    await remove(proxy, [PRESENTER]);
    emulator.journal.clear();
    emulator.faults.set({ kind: 'status', status: 401, path: '/rooms/' });
    const { status, body } = await remove(proxy, [PRESENTER]);
    expect({ status, code: body.error.code }).toEqual({ status: 502, code: 'UpstreamAuthenticationFailed' });
    expect(emulator.journal.entries('/rooms/')).toHaveLength(settings === modes['access-key'] ? 1 : 2);
  });
});

test('an Entra token near its end is renewed once while it still serves', async () => {
  const { emulator, proxy } = await start({}, { tokenLifetimeMs: 120_000 });
  for (const _ of [1, 2, 3, 4]) expect(await statusesOf(proxy, 1)).toEqual([200]);
  await until(() => tokensIssued(emulator).entra === 2);
});

test('a renewal that fails does no harm while the token serves, and is in the log', async () => {
  const { emulator, proxy } = await start({}, { tokenLifetimeMs: 120_000 });
  // The warm-up's token, which is so near its end that the first removal has it renewed.
  await until(() => emulator.journal.entries('/msi/').some(({ status }) => status === 200), 'a token');
  emulator.faults.set({ kind: 'status', status: 400, target: 'msi' });
  expect(await statusesOf(proxy, 1)).toEqual([200]);
  await until(() => proxy.output().includes('"event":"tokenNotRenewed"'));
  expect(await statusesOf(proxy, 1)).toEqual([200]);
});

test('a user-assigned identity is asked for by its client id', async () => {
  const clientId = '11111111-2222-3333-4444-555555555555';
  const { emulator, proxy } = await start({ AZURE_CLIENT_ID: clientId }, { clientIds: [clientId] });
  expect(await statusesOf(proxy, 1)).toEqual([200]);
  expect(emulator.journal.entries('/msi/token')[0]?.target).toContain(`client_id=${clientId}`);
});

test('a user token is asked for with the scope voip, and is what Rooms gets', async () => {
  const { emulator, proxy } = await start(modes['user-token']);
  expect(await statusesOf(proxy, 1)).toEqual([200]);
  const [issue] = emulator.journal.entries('/identities/');
  expect(issue?.target).toBe(
    `/identities/${encodeURIComponent(modes['user-token'].ACS_USER_ID)}/:issueAccessToken?api-version=2023-10-01`,
  );
  expect(JSON.parse(issue?.body ?? '')).toEqual({ scopes: ['voip'], expiresInMinutes: 60 });
  const { token } = JSON.parse(issue?.answer ?? '');
  expect(emulator.journal.entries('/rooms/')[0]?.headers.authorization).toBe(`Bearer ${token}`);
});

test.each([
  ['throttles', { kind: 'status', status: 429, retryAfter: '0', times: 2 }],
  ['fails', { kind: 'status', status: 500, times: 2 }],
  ['resets', { kind: 'reset', times: 2 }],
  ['talks nonsense', { kind: 'answer', body: '{"token":7}', times: 2 }],
] as const)('an Identity that %s at first is asked again', async (_, fault) => {
  const { emulator, proxy } = await start(modes['user-token']);
  emulator.faults.set(fault);
  expect(await statusesOf(proxy, 1)).toEqual([200]);
  expect(emulator.journal.entries('/identities/')).toHaveLength(3);
});

test('an Identity that refuses is CredentialUnavailable, with its code', async () => {
  const { emulator, proxy } = await start(modes['user-token']);
  emulator.faults.set({ kind: 'status', status: 403 });
  const { status, body } = await remove(proxy, [PRESENTER]);
  expect(status).toBe(503);
  expect(body.error).toMatchObject({ code: 'CredentialUnavailable', innererror: { code: 'Forbidden', status: 403 } });
  expect(emulator.journal.entries('/rooms/')).toHaveLength(0);
});

test('the connection string stands for endpoint and key', async () => {
  const emulator = await startEmulator();
  running.push({ stop: emulator.close });
  const proxy = await startProxy({
    ACS_AUTH_MODE: 'access-key',
    ACS_CONNECTION_STRING: `endpoint=${emulator.url}/;accesskey=${ACCESS_KEY}`,
  });
  running.push(proxy);
  expect(await statusesOf(proxy, 1)).toEqual([200]);
});

test('a wrong key is UpstreamAuthenticationFailed, after one attempt', async () => {
  const { emulator, proxy } = await start({ ...modes['access-key'], ACS_ACCESS_KEY: 'bWFya2VkLXdyb25n' });
  const { status, body } = await remove(proxy, [PRESENTER]);
  expect({ status, code: body.error.code }).toEqual({ status: 502, code: 'UpstreamAuthenticationFailed' });
  expect(emulator.journal.total).toBe(1);
});

test('each attempt is signed afresh', async () => {
  const { emulator, proxy } = await start(modes['access-key']);
  // Long enough for the date, which has whole seconds, to be another one.
  emulator.faults.set({ kind: 'status', status: 503, retryAfter: '1', times: 1 });
  expect(await statusesOf(proxy, 1)).toEqual([200]);
  const [first, second] = emulator.journal.entries('/rooms/');
  expect(second?.headers['x-ms-date']).not.toBe(first?.headers['x-ms-date']);
  expect(second?.headers.authorization).not.toBe(first?.headers.authorization);
});
