// Every row of the error table, made to happen over HTTP.
import path from 'node:path';
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import type { Fault } from '../../dev/emulator/faults';
import { type ErrorCode, errorCatalogue } from '../../shared/contract/errors';
import { type Answered, ATTENDEE, PRESENTER, post, ROOM, remove } from '../harness/caller';
import { type RunningProxy, recordOf, settingsFor, startProxy } from '../harness/proxy';

let emulator: Emulator;
const proxies = {} as Record<Setup, RunningProxy>;

/** The proxy in the states that the rows need, each started once. */
const setups = {
  usual: () => startProxy({ ...settingsFor(emulator), ...QUICK }),
  withRole: () =>
    startProxy({ ...settingsFor(emulator), WEBSITE_AUTH_ENABLED: 'True', REQUIRED_APP_ROLE: 'Rooms.Remove' }),
  withDefect: () => startProxy(settingsFor(emulator), ['--require', path.join(__dirname, '../harness/defect.cjs')]),
  withoutSettings: () => startProxy({}),
  withoutCredential: () => startProxy({ ...settingsFor(emulator), ...QUICK, IDENTITY_HEADER: 'marked-wrong' }),
};
type Setup = keyof typeof setups;

const QUICK = { ACS_MAX_RETRIES: '1', ACS_ATTEMPT_TIMEOUT_MS: '250', ACS_DEADLINE_MS: '5000' };

beforeAll(async () => {
  emulator = await startEmulator();
  for (const name of Object.keys(setups) as Setup[]) proxies[name] = await setups[name]();
});
afterAll(async () => {
  await Promise.all(Object.values(proxies).map((proxy) => proxy.stop()));
  await emulator?.close();
});
beforeEach(() => {
  emulator.rooms.reset();
  emulator.faults.set();
  emulator.journal.clear();
});

function principal(...roles: string[]): Record<string, string> {
  const claims = [{ typ: 'azp', val: 'calling-app' }, ...roles.map((val) => ({ typ: 'roles', val }))];
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64') };
}

interface Row {
  code: ErrorCode;
  when: string;
  setup?: Setup;
  faults?: Fault[];
  send?: (proxy: RunningProxy) => Promise<Answered>;
  /** Attempts to call Rooms; 0 is what a fault of the caller or of the settings must cost. */
  attempts: number;
  /** How many of them reached the wire; all of them without it. */
  onTheWire?: number;
  error?: object;
  headers?: Record<string, string>;
}

const sample = (proxy: RunningProxy) => remove(proxy, [PRESENTER]);
const inner = (status: number, code?: string) => ({
  innererror: { status, ...(code && { code }), requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
});

const rows: Row[] = [
  {
    code: 'InvalidRequest',
    when: 'the body is not what is described',
    send: (proxy) => post(proxy, { roomId: '..', participants: [PRESENTER, '4:+4917012345'], participant: [] }),
    attempts: 0,
    error: {
      details: [
        { code: 'InvalidValue', message: expect.stringContaining('room id'), target: 'roomId' },
        { code: 'InvalidValue', message: expect.stringContaining('phone number'), target: 'participants[1]' },
        { code: 'InvalidValue', message: expect.stringContaining('unknown'), target: 'participant' },
      ],
    },
  },
  {
    code: 'RejectedByRooms',
    when: 'ACS says 400',
    faults: [{ kind: 'status', status: 400 }],
    attempts: 1,
    error: { innererror: { ...inner(400, 'Bad Request').innererror, message: 'Emulated fault 400.' } },
  },
  {
    code: 'RejectedByRooms',
    when: 'ACS says another 4xx',
    faults: [{ kind: 'status', status: 409, code: 'Conflict' }],
    attempts: 1,
    error: { innererror: { ...inner(409, 'Conflict').innererror, message: 'Emulated fault 409.' } },
  },
  {
    code: 'Unauthenticated',
    when: 'a role is required and nobody is signed in',
    setup: 'withRole',
    attempts: 0,
    headers: { 'www-authenticate': 'Bearer' },
  },
  {
    code: 'Forbidden',
    when: 'the caller holds another role',
    setup: 'withRole',
    send: (proxy) => remove(proxy, [PRESENTER], principal('Rooms.Read')),
    attempts: 0,
  },
  {
    code: 'RoomNotFound',
    when: 'there is no such room',
    send: (proxy) => post(proxy, { roomId: 'nowhere', participants: [PRESENTER] }),
    attempts: 1,
    error: inner(404, 'NotFound'),
  },
  {
    code: 'RequestTooLarge',
    when: 'the body is over 256 KiB',
    send: (proxy) => post(proxy, `{"roomId":"${ROOM}","participants":["${PRESENTER}"]}${' '.repeat(256 * 1024)}`),
    attempts: 0,
  },
  {
    code: 'UnsupportedMediaType',
    when: 'the body is not called JSON',
    send: (proxy) => remove(proxy, [PRESENTER], { 'content-type': 'text/plain' }),
    attempts: 0,
  },
  {
    code: 'TooManyRequests',
    when: 'ACS throttles for longer than the deadline',
    faults: [{ kind: 'status', status: 429, retryAfter: '7' }],
    attempts: 1,
    headers: { 'retry-after': '7' },
    error: inner(429, 'TooManyRequests'),
  },
  { code: 'InternalError', when: 'the proxy has a defect', setup: 'withDefect', attempts: 1, onTheWire: 0 },
  {
    code: 'UpstreamAuthenticationFailed',
    when: 'ACS says 403 to the credential',
    faults: [{ kind: 'status', status: 403 }],
    attempts: 1,
    error: inner(403, 'Forbidden'),
  },
  {
    code: 'UnsupportedApiVersion',
    when: 'ACS has retired the version',
    faults: [{ kind: 'retired' }],
    attempts: 1,
    error: { message: expect.stringContaining('ACS_API_VERSION'), ...inner(400, 'UnsupportedApiVersion') },
  },
  {
    code: 'UpstreamError',
    when: 'ACS keeps failing',
    faults: [{ kind: 'status', status: 500 }],
    attempts: 2,
    error: inner(500, 'ServiceUnavailable'),
  },
  {
    code: 'InvalidUpstreamResponse',
    when: 'the answer is not JSON',
    faults: [{ kind: 'answer' }],
    attempts: 2,
  },
  { code: 'InvalidUpstreamResponse', when: 'the answer is cut short', faults: [{ kind: 'cut' }], attempts: 2 },
  {
    code: 'InvalidUpstreamResponse',
    when: 'the answer has another shape',
    faults: [{ kind: 'answer', body: '{"participants":"all"}' }],
    attempts: 2,
  },
  {
    code: 'InvalidUpstreamResponse',
    when: 'the answer is over 1 MiB',
    faults: [{ kind: 'answer', body: ' '.repeat(1024 * 1024 + 1) }],
    attempts: 1,
  },
  {
    code: 'InvalidUpstreamResponse',
    when: 'the answer is a redirect, which is not followed',
    faults: [{ kind: 'answer', status: 307, headers: { location: '/rooms/elsewhere' } }],
    attempts: 1,
  },
  {
    code: 'ParticipantsNotRemoved',
    when: 'ACS says 200 and removes nobody',
    faults: [{ kind: 'ignore' }],
    send: (proxy) => remove(proxy, [PRESENTER, '8:acs:not-there']),
    attempts: 1,
    error: {
      target: 'participants',
      details: [{ code: 'StillInRoom', message: expect.any(String), target: PRESENTER }],
    },
  },
  {
    code: 'UpstreamUnavailable',
    when: 'ACS says 503',
    faults: [{ kind: 'status', status: 503, retryAfter: '30' }],
    attempts: 1,
    headers: { 'retry-after': '30' },
    error: inner(503, 'ServiceUnavailable'),
  },
  { code: 'UpstreamUnavailable', when: 'the connection is reset', faults: [{ kind: 'reset' }], attempts: 2 },
  { code: 'CredentialUnavailable', when: 'no token can be had', setup: 'withoutCredential', attempts: 0 },
  {
    code: 'NotConfigured',
    when: 'a setting is missing',
    setup: 'withoutSettings',
    attempts: 0,
    error: {
      message: expect.stringContaining('ACS_ENDPOINT'),
      details: [{ code: 'InvalidSetting', message: 'ACS_ENDPOINT is missing.', target: 'ACS_ENDPOINT' }],
    },
  },
  { code: 'UpstreamTimeout', when: 'the last attempt allowed times out', faults: [{ kind: 'hang' }], attempts: 2 },
  { code: 'UpstreamTimeout', when: 'ACS says 408', faults: [{ kind: 'status', status: 408 }], attempts: 2 },
];

test.each(rows)(
  '$code when $when',
  async ({ code, setup = 'usual', faults = [], send = sample, attempts, onTheWire = attempts, error, headers }) => {
    emulator.faults.set(...faults);
    const proxy = proxies[setup];
    const answered = await send(proxy);

    expect(answered.status).toBe(errorCatalogue[code].status);
    expect(answered.body).toEqual({
      error: expect.objectContaining({ code, message: expect.stringMatching(/\S.*\.$/), ...error }),
      requestId: expect.any(String),
    });
    expect(Object.fromEntries(answered.headers)).toMatchObject({
      'x-ms-error-code': code,
      'x-ms-client-request-id': answered.body.requestId,
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      ...headers,
    });
    expect(emulator.journal.entries('/rooms/')).toHaveLength(onTheWire);
    if (onTheWire === 0) expect([...emulator.rooms.get(ROOM).participants.keys()]).toEqual([PRESENTER, ATTENDEE]);
    expect(await recordOf(proxy, answered.body.requestId)).toMatchObject({
      status: answered.status,
      code,
      attempts,
    });
  },
);

test('the table above has every code of the catalogue', () => {
  expect([...new Set(rows.map(({ code }) => code))].sort()).toEqual(Object.keys(errorCatalogue).sort());
});

test('a defect shows in the log with its stack, and in the answer not at all', async () => {
  const proxy = proxies.withDefect;
  const { body } = await sample(proxy);
  expect(JSON.stringify(body)).not.toMatch(/marked-defect|TypeError|\.ts|\.js/);
  const record = await recordOf(proxy, body.requestId);
  expect(JSON.stringify(record)).toMatch(/marked-defect.*shared\/upstream\/transport\.ts/s);
});

test('a caller who holds the role removes people, and the log knows the app', async () => {
  const proxy = proxies.withRole;
  const { status, body } = await remove(proxy, [PRESENTER], principal('Rooms.Remove'));
  expect(status).toBe(200);
  expect(await recordOf(proxy, body.requestId)).toMatchObject({
    caller: 'calling-app',
  });
});

test('attempts that fail once are made good by the next', async () => {
  const proxy = proxies.usual;
  const passing: Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 502 },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 504 },
    { kind: 'status', status: 429, retryAfter: '0' },
    { kind: 'reset' },
    { kind: 'hang' },
    { kind: 'cut' },
    { kind: 'answer' },
  ];
  for (const fault of passing) {
    emulator.journal.clear();
    emulator.faults.set({ ...fault, times: 1 });
    const { status } = await sample(proxy);
    expect({ fault, status, attempts: emulator.journal.total }).toEqual({ fault, status: 200, attempts: 2 });
  }
});

test('a Retry-After that fits is waited for', async () => {
  const proxy = proxies.usual;
  emulator.faults.set({ kind: 'status', status: 429, retryAfter: '1', times: 1 });
  const startedAt = performance.now();
  const { status } = await sample(proxy);
  expect(status).toBe(200);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
});

test('the deadline bounds a removal, whatever the attempts have left', async () => {
  const hurried = await startProxy({ ...settingsFor(emulator), ACS_DEADLINE_MS: '700', ACS_MAX_RETRIES: '10' });
  try {
    // The token is at hand before the clock of the call below starts.
    await sample(hurried);
    emulator.faults.set({ kind: 'hang' });
    const startedAt = performance.now();
    const { body } = await sample(hurried);
    expect(body.error).toMatchObject({ code: 'UpstreamTimeout', message: expect.stringContaining('700 ms') });
    expect(performance.now() - startedAt).toBeLessThan(1500);
  } finally {
    await hurried.stop();
  }
});

test('nobody at the address of ACS is UpstreamUnavailable', async () => {
  const gone = await startEmulator();
  const proxy = await startProxy({ ...settingsFor(emulator), ACS_ENDPOINT: gone.url });
  await gone.close();
  try {
    const { status, body } = await sample(proxy);
    expect(status).toBe(503);
    expect(body.error.code).toBe('UpstreamUnavailable');
  } finally {
    await proxy.stop();
  }
});
