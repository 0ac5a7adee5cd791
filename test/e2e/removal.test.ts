// A removal that goes through, as the caller, as ACS and as the operator see it.
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { ATTENDEE, PRESENTER, post, ROOM, remove } from '../harness/caller';
import { until } from '../harness/conditions';
import { type RunningProxy, recordOf, settingsFor, startProxy } from '../harness/proxy';

let emulator: Emulator;
let proxy: RunningProxy;

beforeAll(async () => {
  emulator = await startEmulator();
  proxy = await startProxy(settingsFor(emulator));
});
afterAll(async () => {
  await proxy?.stop();
  await emulator?.close();
});
beforeEach(() => {
  emulator.rooms.reset();
  emulator.faults.set();
  emulator.journal.clear();
});

const inTheRoom = () => [...emulator.rooms.get(ROOM).participants.keys()];
const sentToRooms = () => emulator.journal.entries('/rooms/');

test('the sample request answers who was removed and who is in the room', async () => {
  const { status, body, headers } = await remove(proxy, [PRESENTER]);
  expect(status).toBe(200);
  expect(body).toEqual({
    roomId: ROOM,
    removed: [PRESENTER],
    participants: [{ rawId: ATTENDEE, role: 'Attendee' }],
    requestId: expect.stringMatching(/^[\x21-\x7e]{1,128}$/),
  });
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-ms-client-request-id')).toBe(body.requestId);
  expect(headers.get('x-ms-error-code')).toBeNull();
  expect(inTheRoom()).toEqual([ATTENDEE]);
});

test('ACS gets one properly shaped call with the token of the managed identity', async () => {
  await remove(proxy, [PRESENTER]);
  const sent = sentToRooms();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    method: 'POST',
    target: `/rooms/${ROOM}/participants:remove?api-version=2022-02-01`,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: expect.stringMatching(/^Bearer [\w.-]+$/),
      'user-agent': expect.stringMatching(/^rooms-removal-proxy\/\d+\.\d+\.\d+$/),
    },
  });
  expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
    participants: [{ communicationIdentifier: { rawId: PRESENTER, communicationUser: { id: PRESENTER } } }],
  });
});

test('a list as this API or ACS gives it can be sent back as it is', async () => {
  const { status, body } = await remove(proxy, [
    { rawId: PRESENTER, role: 'Presenter', anything: [1] },
    { rawId: ATTENDEE, communicationUser: { id: ATTENDEE } },
  ]);
  expect(status).toBe(200);
  expect(body).toMatchObject({ removed: [PRESENTER, ATTENDEE], participants: [] });
  expect(inTheRoom()).toEqual([]);
});

test('duplicates count once, in the order of the first', async () => {
  const { body } = await remove(proxy, [ATTENDEE, PRESENTER, { rawId: ATTENDEE }, PRESENTER]);
  expect(body.removed).toEqual([ATTENDEE, PRESENTER]);
  expect(JSON.parse(sentToRooms()[0]?.body ?? '').participants).toHaveLength(2);
});

test('removing someone who is not there succeeds, however often', async () => {
  for (const _ of [1, 2, 3]) {
    const { status, body } = await remove(proxy, [PRESENTER]);
    expect(status).toBe(200);
    expect(body.removed).toEqual([PRESENTER]);
  }
  expect(inTheRoom()).toEqual([ATTENDEE]);
});

test('350 people leave in one call', async () => {
  const crowd = Array.from({ length: 350 }, (_, index) => `8:acs:resource_user-${index}`);
  const room = emulator.rooms.get(ROOM);
  for (const rawId of crowd) emulator.rooms.set(room, rawId, 'Attendee');
  const { status, body } = await remove(proxy, crowd);
  expect(status).toBe(200);
  expect(body.removed).toEqual(crowd);
  expect(inTheRoom()).toEqual([PRESENTER, ATTENDEE]);
});

test('a room id of every allowed character reaches ACS percent-encoded where need be', async () => {
  const roomId = 'aZ09._~-';
  emulator.rooms.create({ id: roomId });
  const { status, body } = await post(proxy, { roomId, participants: [PRESENTER] });
  expect(status).toBe(200);
  expect(body.roomId).toBe(roomId);
  expect(sentToRooms()[0]?.target).toBe(`/rooms/${roomId}/participants:remove?api-version=2022-02-01`);
});

describe('an answer of ACS that departs from its documentation', () => {
  const answered = (participants: unknown[]) =>
    emulator.faults.set({ kind: 'answer', body: JSON.stringify({ participants, nextLink: null }) });

  test.each([
    [
      'further fields',
      { communicationIdentifier: { rawId: ATTENDEE, x: 1 }, role: 'Attendee', id: '1', validFrom: null },
    ],
    ['no rawId', { communicationIdentifier: { communicationUser: { id: ATTENDEE } }, role: 'Attendee' }],
    ['a role in lower case', { communicationIdentifier: { rawId: ATTENDEE }, role: 'attendee' }],
  ])('is read with %s', async (_, participant) => {
    answered([participant]);
    const { status, body } = await remove(proxy, [PRESENTER]);
    expect(status).toBe(200);
    expect(body.participants).toEqual([{ rawId: ATTENDEE, role: 'Attendee' }]);
  });

  test('is read with a role nobody knows yet, and with none', async () => {
    answered([
      { communicationIdentifier: { rawId: ATTENDEE }, role: 'Moderator' },
      { communicationIdentifier: { rawId: '8:acs:other' } },
      { communicationIdentifier: { rawId: '8:acs:third' }, role: null },
    ]);
    const { body } = await remove(proxy, [PRESENTER]);
    expect(body.participants).toEqual([
      { rawId: ATTENDEE, role: 'Moderator' },
      { rawId: '8:acs:other' },
      { rawId: '8:acs:third' },
    ]);
  });

  test('is no proof of a removal where it lists someone without an id', async () => {
    answered([{ communicationIdentifier: {}, role: 'Presenter' }]);
    const { status, body } = await remove(proxy, [PRESENTER]);
    expect(status).toBe(502);
    expect(body.error.code).toBe('InvalidUpstreamResponse');
  });

  test('is no removal where it lists the person in another case', async () => {
    answered([{ communicationIdentifier: { rawId: PRESENTER.toUpperCase() } }]);
    const { body } = await remove(proxy, [PRESENTER]);
    expect(body.error.code).toBe('ParticipantsNotRemoved');
  });
});

describe('correlation', () => {
  test.each([
    ['x-ms-client-request-id', { 'x-ms-client-request-id': 'from-app', 'x-ms-workflow-run-id': 'run' }, 'from-app'],
    ['x-ms-client-tracking-id', { 'x-ms-client-tracking-id': 'tracked', 'x-ms-workflow-run-id': 'run' }, 'tracked'],
    ['x-ms-workflow-run-id', { 'x-ms-workflow-run-id': '08585' }, '08585'],
    [
      'the next, where one is too long',
      { 'x-ms-client-request-id': 'x'.repeat(129), 'x-ms-workflow-run-id': 'run' },
      'run',
    ],
    ['the next, where one has a space', { 'x-ms-client-request-id': 'a b', 'x-ms-workflow-run-id': 'run' }, 'run'],
  ])('takes the id of %s', async (_, headers, expected) => {
    const answered = await remove(proxy, [PRESENTER], headers as Record<string, string>);
    expect(answered.body.requestId).toBe(expected);
    expect(answered.headers.get('x-ms-client-request-id')).toBe(expected);
    expect(sentToRooms()[0]?.headers['x-ms-client-request-id']).toBe(expected);
  });

  test('is the invocation id where the caller brings none', async () => {
    const { body } = await remove(proxy, [PRESENTER]);
    expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const executed = `Executed 'Functions.removeParticipants' (Succeeded, Id=${body.requestId}`;
    await until(() => proxy.output().includes(executed));
  });

  test('forwards a trace context, and nothing that only looks like one', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await remove(proxy, [PRESENTER], { traceparent, tracestate: 'vendor=1' });
    await remove(proxy, [PRESENTER], { traceparent: 'nonsense', tracestate: 'vendor=1' });
    const [first, second] = sentToRooms();
    expect(first?.headers).toMatchObject({ traceparent, tracestate: 'vendor=1' });
    expect(second?.headers.traceparent).toBeUndefined();
    expect(second?.headers.tracestate).toBeUndefined();
  });
});

test('the log has one line a removal, without raw IDs', async () => {
  const { body } = await remove(proxy, [PRESENTER, '8:acs:not-there'], { 'x-ms-client-request-id': 'logged' });
  await recordOf(proxy, 'logged');
  expect(proxy.records().filter(({ requestId }) => requestId === 'logged')).toEqual([
    {
      event: 'removal',
      requestId: body.requestId,
      roomId: ROOM,
      asked: 2,
      removed: 2,
      left: 1,
      status: 200,
      code: 'Removed',
      attempts: 1,
      upstreamMs: expect.any(Number),
      totalMs: expect.any(Number),
    },
  ]);
  expect(proxy.output()).not.toContain('8:acs:');
});

test('the token is asked for once, however many removals wait for it', async () => {
  const fresh = await startProxy(settingsFor(emulator));
  try {
    const answers = await Promise.all(Array.from({ length: 20 }, () => remove(fresh, [PRESENTER])));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await remove(fresh, [PRESENTER])).status).toBe(200);
    expect(emulator.journal.entries('/msi/token')).toHaveLength(1);
  } finally {
    await fresh.stop();
  }
});

test('a token near its end is renewed once while it still serves', async () => {
  const shortLived = await startEmulator({ tokenLifetimeMs: 120_000 });
  const fresh = await startProxy(settingsFor(shortLived));
  try {
    expect((await remove(fresh, [PRESENTER])).status).toBe(200);
    for (const _ of [1, 2, 3]) expect((await remove(fresh, [PRESENTER])).status).toBe(200);
    await until(() => shortLived.journal.entries('/msi/token').length === 2);
  } finally {
    await fresh.stop();
    await shortLived.close();
  }
});

test('a user-assigned identity is asked for by its client id', async () => {
  const clientId = '11111111-2222-3333-4444-555555555555';
  const withIdentity = await startEmulator({ clientIds: [clientId] });
  const fresh = await startProxy({ ...settingsFor(withIdentity), AZURE_CLIENT_ID: clientId });
  try {
    expect((await remove(fresh, [PRESENTER])).status).toBe(200);
    expect(withIdentity.journal.entries('/msi/token')[0]?.target).toContain(`client_id=${clientId}`);
  } finally {
    await fresh.stop();
    await withIdentity.close();
  }
});

test('a trailing slash of the endpoint never doubles', async () => {
  const fresh = await startProxy({ ...settingsFor(emulator), ACS_ENDPOINT: `${emulator.url}/` });
  try {
    expect((await remove(fresh, [PRESENTER])).status).toBe(200);
    expect(sentToRooms()[0]?.target).toMatch(/^\/rooms\//);
  } finally {
    await fresh.stop();
  }
});
