// Who may call, with an app role required: principals as App Service writes them, and as those who are none would.
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { ATTENDEE, PRESENTER, ROOM, remove } from '../harness/caller';
import { type RunningProxy, recordOf, settingsFor, startProxy } from '../harness/proxy';

const ROLE = 'Rooms.Remove';
let emulator: Emulator;
let guarded: RunningProxy;

beforeAll(async () => {
  emulator = await startEmulator();
  guarded = await startProxy({ ...settingsFor(emulator), WEBSITE_AUTH_ENABLED: 'True', REQUIRED_APP_ROLE: ROLE });
});
afterAll(async () => {
  await guarded?.stop();
  await emulator?.close();
});
beforeEach(() => {
  emulator.rooms.reset();
  emulator.journal.clear();
});

const encode = (principal: unknown) => Buffer.from(JSON.stringify(principal)).toString('base64');
const claims = (...pairs: [string, string][]) => pairs.map(([typ, val]) => ({ typ, val }));
const holder = encode({ auth_typ: 'aad', claims: claims(['roles', ROLE], ['azp', 'the-app']) });

async function call(principal?: string) {
  const { status, body } = await remove(
    guarded,
    [PRESENTER],
    principal === undefined ? {} : { 'x-ms-client-principal': principal },
  );
  return { status, code: body.error?.code, requestId: body.requestId };
}

test.each([
  ['in roles', claims(['roles', ROLE])],
  ['among others', claims(['roles', 'Other'], ['roles', ROLE])],
  [
    'under the type that the principal names',
    claims(['http://schemas.microsoft.com/ws/2008/06/identity/claims/role', ROLE]),
  ],
])('a caller who holds the role %s removes people', async (_, held) => {
  const principal = { claims: held, role_typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role' };
  expect((await call(encode(principal))).status).toBe(200);
});

test.each([
  ['another role', claims(['roles', 'Rooms.Read'])],
  ['the role in another case', claims(['roles', ROLE.toLowerCase()])],
  ['a role that only starts so', claims(['roles', `${ROLE}.All`])],
  ['several roles in one claim', claims(['roles', `Other,${ROLE}`])],
  ['the role under a type of no meaning', claims(['scp', ROLE], ['name', ROLE])],
  ['nothing', []],
])('a caller who holds %s is Forbidden', async (_, held) => {
  expect(await call(encode({ claims: held }))).toMatchObject({ status: 403, code: 'Forbidden' });
});

test.each([
  ['no principal', undefined],
  ['an empty one', ''],
  ['no base64', 'this is none!'],
  ['base64 of no JSON', Buffer.from('roles').toString('base64')],
  ['JSON of no principal', encode([ROLE])],
  ['null', encode(null)],
  ['claims of another shape', encode({ claims: { roles: ROLE } })],
  ['a claim without a value', encode({ claims: [{ typ: 'roles' }] })],
  ['two principals, as a forged header beside the true one becomes', `${holder},${holder}`],
  ['two principals with a space', `${encode({ claims: [] })}, ${holder}`],
  ['a bearer token', `Bearer ${holder}`],
])('a caller with %s is Unauthenticated', async (_, principal) => {
  expect(await call(principal)).toMatchObject({ status: 401, code: 'Unauthenticated' });
});

test('a principal too large to be one is Unauthenticated, or stopped on the way', async () => {
  const many = encode({ claims: [...claims(['roles', ROLE]), ...Array(200).fill({ typ: 'x', val: 'y'.repeat(20) })] });
  expect(many.length).toBeGreaterThan(8 * 1024);
  expect((await call(many)).status).toBe(200);
  const response = await fetch(`${guarded.url}/api/removeParticipants`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-ms-client-principal': 'A'.repeat(200_000) },
    body: '{}',
  });
  expect([401, 431]).toContain(response.status);
});

test('nobody who is refused costs ACS a call or a participant a place', async () => {
  await call();
  await call(encode({ claims: [] }));
  expect(emulator.journal.total).toBe(0);
  expect([...emulator.rooms.get(ROOM).participants.keys()]).toEqual([PRESENTER, ATTENDEE]);
});

test('a role is required before the body is read, so that a stranger learns nothing of it', async () => {
  const response = await fetch(`${guarded.url}/api/removeParticipants`, { method: 'POST', body: 'nonsense' });
  expect(response.status).toBe(401);
});

describe('where the platform does not vouch for the header', () => {
  test('a required role is NotConfigured, and the header of no use', async () => {
    const proxy = await startProxy({ ...settingsFor(emulator), REQUIRED_APP_ROLE: ROLE });
    try {
      const { status, body } = await remove(proxy, [PRESENTER], { 'x-ms-client-principal': holder });
      expect(status).toBe(503);
      expect(body.error).toMatchObject({ code: 'NotConfigured', details: [{ target: 'REQUIRED_APP_ROLE' }] });
    } finally {
      await proxy.stop();
    }
  });

  test('the log does not name the app that a forged header claims', async () => {
    const proxy = await startProxy(settingsFor(emulator));
    try {
      const { body } = await remove(proxy, [PRESENTER], { 'x-ms-client-principal': holder });
      expect(await recordOf(proxy, body.requestId)).not.toHaveProperty('caller');
    } finally {
      await proxy.stop();
    }
  });
});
