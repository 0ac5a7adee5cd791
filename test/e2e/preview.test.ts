// What api-version 2022-02-01 looks like on the wire, and how its answers are read.
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { ATTENDEE, PRESENTER, post, ROOM, remove } from '../harness/caller';
import { IN_PROCESS, type RunningProxy, settingsFor, startProxy } from '../harness/proxy';

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

const sentToRooms = () => emulator.journal.entries('/rooms/');

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
      authorization: expect.stringMatching(IN_PROCESS ? /^HMAC-SHA256 / : /^Bearer [\w.-]+$/),
      'user-agent': expect.stringMatching(/^rooms-removal-proxy\/\d+\.\d+\.\d+$/),
    },
  });
  expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
    participants: [{ communicationIdentifier: { rawId: PRESENTER, communicationUser: { id: PRESENTER } } }],
  });
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

test('a trailing slash of the endpoint never doubles', async () => {
  const fresh = await startProxy({ ...settingsFor(emulator), ACS_ENDPOINT: `${emulator.url}/` });
  try {
    expect((await remove(fresh, [PRESENTER])).status).toBe(200);
    expect(sentToRooms()[0]?.target).toMatch(/^\/rooms\//);
  } finally {
    await fresh.stop();
  }
});
