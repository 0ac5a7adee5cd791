// Fuzzing: whatever is sent, set or answered, there is no 500, nothing malformed goes upstream, and nothing is claimed that
// is not so. Properties over generated cases (fast-check), and mutations of what is valid.
import fc from 'fast-check';
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import type { ApiVersion } from '../../shared/apiVersions';
import { correlationOf } from '../../shared/contract/correlation';
import { type ErrorCode, errorAnswerSchema, errorCatalogue, ProxyError } from '../../shared/contract/errors';
import { parseRemovalRequest, removalRequestSchema } from '../../shared/contract/removalRequest';
import { removalResultSchema } from '../../shared/contract/removalResult';
import { createRooms } from '../../shared/rooms/rooms';
import { readSettings } from '../../shared/settings';
import { Deadline } from '../../shared/upstream/deadline';
import { Resilience } from '../../shared/upstream/resilience';
import { parseRetryAfter } from '../../shared/upstream/retryAfter';
import { type Answered, ATTENDEE, PRESENTER, post, ROOM, remove } from '../harness/caller';
import { type RunningProxy, settingsFor, startProxy } from '../harness/proxy';
import { figure, sized } from './figures';

const CASES = sized(2_000, 30_000);
const OVER_HTTP = sized(300, 5_000);
const LIMIT = sized(120_000, 1_800_000);

let emulator: Emulator;
let proxies: RunningProxy[];

beforeAll(async () => {
  emulator = await startEmulator();
  const settings = { ...settingsFor(emulator), ACS_MAX_RETRIES: '0', ACS_ATTEMPT_TIMEOUT_MS: '2000' };
  proxies = await Promise.all(
    ['2022-02-01', '2025-03-13'].map((version) => startProxy({ ...settings, ACS_API_VERSION: version })),
  );
  for (const proxy of proxies) await remove(proxy, [PRESENTER]);
});
afterAll(async () => {
  await Promise.all((proxies ?? []).map((proxy) => proxy.stop()));
  await emulator?.close();
});
beforeEach(() => {
  emulator.faults.set();
  emulator.journal.clear();
});

const validRawId = fc.stringMatching(/^8:(acs|spool|dod-acs|gcch-acs):[A-Za-z0-9._~-]{1,40}$/);
const rawId = fc.oneof(
  validRawId,
  fc.constantFrom('4:+49170', '8:orgid:x', '28:bot', '8:acs:', '8:ACS:x', '8:acs:é', '8:acs:a/b', '__proto__'),
  fc.string(),
);
const participants = fc.array(fc.oneof(rawId, fc.record({ rawId }), fc.jsonValue()), { maxLength: 8 });
/** A valid request, and what becomes of it when parts are missing, doubled, replaced or misspelt. */
const request = fc.oneof(
  fc.record({
    roomId: fc.stringMatching(/^[A-Za-z0-9_~-]{1,64}$/),
    participants: fc.array(validRawId, { minLength: 1, maxLength: 5 }),
  }),
  fc.jsonValue(),
  fc.record(
    {
      roomId: fc.oneof(fc.stringMatching(/^[A-Za-z0-9._~-]{1,64}$/), fc.string(), fc.jsonValue()),
      participants: fc.oneof(participants, fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
  fc
    .tuple(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), participants)
    .map(([extra, list]) => ({ roomId: ROOM, participants: list, ...extra })),
);

test('a request is accepted just where the contract has it so, and no fault goes untold', () => {
  const ROOM_ID = /^[A-Za-z0-9._~-]{1,64}$/;
  const RAW_ID = /^8:(acs|spool|dod-acs|gcch-acs):[A-Za-z0-9._~-]+$/;
  /** The contract in the plainest words, as a second opinion. */
  const valid = (body: unknown): boolean => {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
    const { roomId, participants: list, ...rest } = body as Record<string, unknown>;
    if (typeof roomId !== 'string' || !ROOM_ID.test(roomId) || roomId === '.' || roomId === '..') return false;
    if (!Array.isArray(list) || list.length < 1 || list.length > 350 || Object.keys(rest).length > 0) return false;
    return list.every((entry) => {
      const id = typeof entry === 'string' ? entry : entry?.rawId;
      return typeof id === 'string' && id.length <= 256 && RAW_ID.test(id);
    });
  };
  let accepted = 0;
  fc.assert(
    fc.property(request, (body) => {
      try {
        const parsed = parseRemovalRequest(JSON.parse(JSON.stringify(body)));
        accepted += 1;
        return valid(body) && new Set(parsed.participants).size === parsed.participants.length;
      } catch (error) {
        return (
          error instanceof ProxyError &&
          error.code === 'InvalidRequest' &&
          !valid(body) &&
          (error.details?.length ?? 0) > 0
        );
      }
    }),
    { numRuns: CASES },
  );
  figure('Fuzzing, requests by schema', `${CASES} cases, ${accepted} of them valid`);
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(CASES);
});

test('settings of any kind are settings or faults, and a fault never holds a value', () => {
  const names = [
    'ACS_ENDPOINT',
    'ACS_API_VERSION',
    'ACS_AUTH_MODE',
    'ACS_USER_ID',
    'ACS_ACCESS_KEY',
    'ACS_CONNECTION_STRING',
    'AZURE_CLIENT_ID',
    'ACS_ATTEMPT_TIMEOUT_MS',
    'ACS_DEADLINE_MS',
    'ACS_MAX_RETRIES',
    'REQUIRED_APP_ROLE',
  ];
  const value = fc.oneof(
    fc.string().map((text) => `!marked!${text}`),
    fc.webUrl().map((url) => `${url}/!marked!`),
    fc.string().map((text) => `endpoint=${text}!marked!;accesskey=${text}!marked!`),
    fc.constantFrom(
      '',
      ' ',
      'https://contoso.communication.azure.com/',
      'access-key',
      'user-token',
      '2025-03-13',
      '3',
      'YWJj',
    ),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (environment) => {
      const outcome = readSettings(environment);
      if ('settings' in outcome) return outcome.settings.endpoint.startsWith('http');
      return outcome.faults.length > 0 && !JSON.stringify(outcome.faults).includes('!marked!');
    }),
    { numRuns: CASES },
  );
  figure('Fuzzing, settings', `${CASES} cases`);
});

test('headers of any kind give an id and a wait that can be sent on', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom(
          'x-ms-client-request-id',
          'x-ms-client-tracking-id',
          'x-ms-workflow-run-id',
          'traceparent',
          'tracestate',
        ),
        fc.string({ unit: 'binary', maxLength: 200 }),
      ),
      fc.string(),
      (headers, retryAfter) => {
        const { id, headers: forwarded } = correlationOf({ get: (name) => headers[name] ?? null }, 'fallback');
        const wait = parseRetryAfter(retryAfter);
        return (
          /^[\x21-\x7e]{1,128}$/.test(id) &&
          Object.values(forwarded).every((text) => /^[\x20-\x7e]{1,512}$/.test(text)) &&
          (wait === undefined || (wait >= 0 && wait <= 24 * 3_600_000))
        );
      },
    ),
    { numRuns: CASES },
  );
  figure('Fuzzing, headers', `${CASES} cases`);
});

/** Whether an answer is one of the contract's, and none of a defect. */
function sound({ status, headers, body }: Answered): boolean {
  if (status === 200) return removalResultSchema.safeParse(body).success;
  const code = body?.error?.code as ErrorCode;
  return (
    code !== 'InternalError' &&
    errorCatalogue[code]?.status === status &&
    errorAnswerSchema.safeParse(body).success &&
    headers.get('x-ms-error-code') === code
  );
}

/** Whether everything that went upstream so far is what the emulator, which checks all, understands. */
const nothingMalformed = () =>
  emulator.journal
    .entries('/rooms/')
    .every(({ status, answer = '' }) => status === 200 || (status === 404 && answer.includes('Room ')));

test(
  'any body gets an answer of the contract over HTTP, and nothing malformed goes upstream',
  async () => {
    const bytes = fc.oneof(
      request.map((value) => JSON.stringify(value)),
      // Mutations of the sample: bytes cut, doubled, turned.
      fc
        .tuple(
          fc.nat(200),
          fc.nat(200),
          fc.constantFrom('', '"', '\\', '}', '\u0000', '\ud800', '9'.repeat(400), '[[[[['),
        )
        .map(([from, to, put]) => {
          const sample = JSON.stringify({ roomId: ROOM, participants: [PRESENTER, { rawId: ATTENDEE }] });
          return sample.slice(0, from) + put + sample.slice(to);
        }),
      fc.uint8Array({ maxLength: 64 }),
    );
    let valid = 0;
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(...proxies), async (body, proxy) => {
        emulator.journal.clear();
        const answered = await post(proxy, body);
        if (answered.status === 200) valid += 1;
        return (
          sound(answered) &&
          nothingMalformed() &&
          (answered.status === 200 || answered.status === 404 || emulator.journal.total === 0)
        );
      }),
      { numRuns: OVER_HTTP },
    );
    figure('Fuzzing, bodies over HTTP', `${OVER_HTTP} cases, ${valid} removals`);
  },
  LIMIT,
);

const participant = fc.record(
  {
    communicationIdentifier: fc.oneof(
      fc.record({ rawId: fc.constantFrom(PRESENTER, ATTENDEE, PRESENTER.toUpperCase()) }),
      fc.record({ communicationUser: fc.record({ id: fc.constantFrom(PRESENTER, ATTENDEE) }) }),
      fc.jsonValue(),
    ),
    rawId: fc.oneof(fc.constantFrom(PRESENTER, ATTENDEE), fc.jsonValue()),
    role: fc.oneof(fc.constantFrom('Presenter', 'attendee', ''), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const roster = fc.array(fc.oneof(participant, fc.jsonValue()), { maxLength: 4 });
const wireAnswer = fc.record({
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 204, 301, 304, 400, 401, 403, 404, 408, 409, 410, 418, 429, 451, 500, 501, 502, 503, 504, 599),
  ),
  body: fc.oneof(
    roster.map((participants) => JSON.stringify({ participants })),
    fc
      .tuple(
        roster,
        fc.oneof(fc.constantFrom(undefined, null, 'https://evil.example/', '//evil.example', 'http://['), fc.integer()),
      )
      .map(([value, nextLink]) => JSON.stringify({ value, nextLink })),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc
      .record({ error: fc.record({ code: fc.jsonValue(), message: fc.jsonValue() }) })
      .map((value) => JSON.stringify(value)),
    fc.string(),
  ),
  header: fc.string({ unit: fc.constantFrom('a', '0', ' ', ',', ':', '-'), maxLength: 20 }),
});

const isPresenter = (rawId: string) => rawId.toLowerCase() === PRESENTER.toLowerCase();

test(
  'any answer of ACS is a roster or an error of the contract, whatever the dialect',
  async () => {
    let rosters = 0;
    const property = fc.asyncProperty(
      wireAnswer,
      fc.constantFrom<ApiVersion>('2022-02-01', '2025-03-13'),
      async (answer, apiVersion) => {
        const headers = { 'retry-after': answer.header, 'x-ms-error-code': answer.header };
        // At the seam of the transport, where a hundred thousand answers take no network.
        const rooms = createRooms({
          settings: { apiVersion, endpoint: emulator.url },
          transport: {
            send: async ({ method }) =>
              method === 'PATCH' ? { status: 200, headers: {}, body: '{}' } : { ...answer, headers },
          },
          authorizer: { authorise: async () => ({}), ready: async () => {}, refused: () => false },
          resilience: new Resilience({ attemptTimeoutMs: 1000, maxRetries: 0 }),
        });
        try {
          const trace = { attempts: 0, retries: 0, upstreamMs: 0 };
          const list = await rooms.remove(ROOM, [PRESENTER], { deadline: new Deadline(1000), headers: {}, trace });
          rosters += 1;
          return list.every(({ rawId, role }) => typeof rawId === 'string' && (role === undefined || role.length > 0));
        } catch (error) {
          return error instanceof ProxyError && error.code !== 'InternalError';
        }
      },
    );
    await fc.assert(property, { numRuns: CASES });
    figure('Fuzzing, answers of ACS', `${CASES} cases, ${rosters} of them rosters`);
    expect(rosters).toBeGreaterThan(0);
  },
  LIMIT,
);

test(
  'any answer of ACS gives an answer of the contract over HTTP, and a 200 only where nobody who was to go is listed',
  async () => {
    const property = fc.asyncProperty(
      wireAnswer,
      fc.constantFrom(...proxies),
      async ({ status, body, header }, proxy) => {
        // Successes in between keep the circuit closed: behind an open one, nothing would be put to the test.
        emulator.faults.set();
        for (const _ of [1, 2]) await remove(proxy, [PRESENTER]);
        emulator.faults.set(
          { kind: 'answer', method: 'PATCH', body: '{}' },
          { kind: 'answer', status, body, headers: { 'retry-after': header, 'x-ms-error-code': header } },
        );
        const answered = await remove(proxy, [PRESENTER]);
        const listed =
          answered.status === 200 &&
          answered.body.participants.some(({ rawId }: { rawId: string }) => isPresenter(rawId));
        return sound(answered) && !listed;
      },
    );
    await fc.assert(property, { numRuns: OVER_HTTP });
    figure('Fuzzing, answers of ACS over HTTP', `${OVER_HTTP} cases`);
  },
  LIMIT,
);

test('the schema of the request is the one that is fuzzed', () => {
  expect(removalRequestSchema.safeParse({ roomId: ROOM, participants: [PRESENTER] }).success).toBe(true);
});
