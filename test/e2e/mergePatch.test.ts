// What api-versions 2023-06-14 and later look like on the wire: the merge-patch, and the list in its pages.
import { type Emulator, type EmulatorOptions, startEmulator } from '../../dev/emulator/emulator';
import { ATTENDEE, PRESENTER, ROOM, remove } from '../harness/caller';
import { type RunningProxy, settingsFor, startProxy } from '../harness/proxy';

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ stop }) => stop()));
});

async function start(options: EmulatorOptions = {}, settings: Record<string, string> = {}) {
  const emulator = await startEmulator(options);
  running.push({ stop: emulator.close });
  const proxy = await startProxy({ ...settingsFor(emulator), ACS_API_VERSION: '2025-03-13', ...settings });
  running.push(proxy);
  return { emulator, proxy };
}

function crowd(emulator: Emulator, size: number): string[] {
  const rawIds = Array.from({ length: size }, (_, index) => `8:acs:resource_user-${index}`);
  const room = emulator.rooms.get(ROOM);
  for (const rawId of rawIds) emulator.rooms.set(room, rawId, 'Collaborator');
  return rawIds;
}

const calls = (emulator: Emulator) =>
  emulator.journal.entries('/rooms/').map(({ method, target }) => `${method} ${target}`);
const rawIdsOf = (participants: { rawId: string }[]) => participants.map(({ rawId }) => rawId);

test('a removal is a merge-patch with null for each, then the list', async () => {
  const { emulator, proxy } = await start();
  const { body } = await remove(proxy, [PRESENTER, '8:acs:not-there']);
  expect(body.participants).toEqual([{ rawId: ATTENDEE, role: 'Attendee' }]);
  const where = `/rooms/${ROOM}/participants?api-version=2025-03-13`;
  expect(calls(emulator)).toEqual([`PATCH ${where}`, `GET ${where}`]);
  const [patch] = emulator.journal.entries('/rooms/');
  expect(patch?.headers['content-type']).toBe('application/merge-patch+json');
  expect(JSON.parse(patch?.body ?? '')).toEqual({ participants: { [PRESENTER]: null, '8:acs:not-there': null } });
});

test.each([
  ['relative', false],
  ['absolute', true],
])('the list is followed over pages with %s links', async (_, absoluteLinks) => {
  const { emulator, proxy } = await start({ pageSize: 3, absoluteLinks });
  const others = crowd(emulator, 10);
  const { status, body } = await remove(proxy, [PRESENTER]);
  expect(status).toBe(200);
  expect(rawIdsOf(body.participants)).toEqual([ATTENDEE, ...others]);
  expect(body.participants[1].role).toBe('Collaborator');
  expect(calls(emulator)).toHaveLength(1 + 4);
});

test.each(['https://evil.example/rooms/1/participants', '//evil.example/rooms', 'http://127.0.0.1:1/rooms', 'http://'])(
  'a next page at %s is refused, and the token stays home',
  async (nextLink) => {
    const { emulator, proxy } = await start();
    await remove(proxy, [PRESENTER]);
    emulator.faults.set({ kind: 'answer', method: 'GET', body: JSON.stringify({ value: [], nextLink }) });
    const { status, body } = await remove(proxy, [PRESENTER]);
    expect({ status, code: body.error.code }).toEqual({ status: 502, code: 'InvalidUpstreamResponse' });
  },
);

test.each([null, ''])('a next page of %j is none', async (nextLink) => {
  const { emulator, proxy } = await start();
  emulator.faults.set({ kind: 'answer', method: 'GET', body: JSON.stringify({ value: [], nextLink }) });
  expect((await remove(proxy, [PRESENTER])).body).toMatchObject({ removed: [PRESENTER], participants: [] });
});

test('pages without end are cut by the deadline', async () => {
  const { emulator, proxy } = await start({}, { ACS_DEADLINE_MS: '1000' });
  await remove(proxy, [PRESENTER]);
  const nextLink = `/rooms/${ROOM}/participants?api-version=2025-03-13&again=1`;
  emulator.faults.set({
    kind: 'answer',
    method: 'GET',
    body: JSON.stringify({ value: [{ rawId: ATTENDEE }], nextLink }),
  });
  const { status, body } = await remove(proxy, [PRESENTER]);
  expect({ status, code: body.error.code }).toEqual({ status: 504, code: 'UpstreamTimeout' });
  // Nor is ACS asked as fast as it can answer until then.
  expect(emulator.journal.total).toBeLessThan(80);
});

test('a list that fails after a removal that worked is an error, which trying again mends', async () => {
  const { emulator, proxy } = await start({}, { ACS_MAX_RETRIES: '0' });
  emulator.faults.set({ kind: 'status', status: 500, method: 'GET', path: '/rooms/' });
  const { status, body } = await remove(proxy, [PRESENTER]);
  expect({ status, code: body.error.code }).toEqual({ status: 502, code: 'UpstreamError' });
  expect([...emulator.rooms.get(ROOM).participants.keys()]).toEqual([ATTENDEE]);
  emulator.faults.set();
  expect((await remove(proxy, [PRESENTER])).body).toMatchObject({ removed: [PRESENTER] });
});

test('a list that fails once is asked for again, without another removal', async () => {
  const { emulator, proxy } = await start();
  emulator.faults.set({ kind: 'status', status: 500, method: 'GET', path: '/rooms/', times: 1 });
  expect((await remove(proxy, [PRESENTER])).status).toBe(200);
  expect(calls(emulator).map((call) => call.split(' ')[0])).toEqual(['PATCH', 'GET', 'GET']);
});

test('someone who is on a later page still counts as in the room', async () => {
  const { emulator, proxy } = await start({ pageSize: 1 });
  emulator.faults.set({ kind: 'ignore', method: 'PATCH' });
  const { body } = await remove(proxy, [ATTENDEE]);
  expect(body.error).toMatchObject({ code: 'ParticipantsNotRemoved', details: [{ target: ATTENDEE }] });
});

describe('a version that is no longer served', () => {
  const told = (proxy: RunningProxy) => remove(proxy, [PRESENTER]);

  test('is named to the caller by its setting and to the operator with those this build knows', async () => {
    const { emulator, proxy } = await start();
    emulator.faults.set({ kind: 'retired' });
    const { status, body } = await told(proxy);
    expect(status).toBe(502);
    expect(body.error).toMatchObject({
      code: 'UnsupportedApiVersion',
      message: expect.stringMatching(/2025-03-13.*ACS_API_VERSION/),
    });
    expect(proxy.output()).toMatch(/ACS_API_VERSION.*2022-02-01, 2023-06-14, 2024-04-15, 2025-03-13/);
  });
});
