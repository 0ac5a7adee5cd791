// A removal that goes through, as the caller and the operator see it, whatever the api-version and the credential mode.
import { ATTENDEE, PRESENTER, ROOM, remove } from '../../harness/caller';
import { until } from '../../harness/conditions';
import { IN_PROCESS, recordOf } from '../../harness/proxy';
import type { Stage } from './stage';

export function removalSuite(stage: Stage): void {
  const inTheRoom = () => [...stage.emulator.rooms.get(ROOM).participants.keys()];
  const sentToRooms = () => stage.emulator.journal.entries('/rooms/');

  test('the sample request answers who was removed and who is in the room', async () => {
    const { status, body, headers } = await remove(stage.proxies.usual, [PRESENTER]);
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

  test('a list as this API or ACS gives it can be sent back as it is', async () => {
    const { status, body } = await remove(stage.proxies.usual, [
      { rawId: PRESENTER, role: 'Presenter', anything: [1] },
      { rawId: ATTENDEE, communicationUser: { id: ATTENDEE } },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ removed: [PRESENTER, ATTENDEE], participants: [] });
    expect(inTheRoom()).toEqual([]);
  });

  test('duplicates count once, in the order of the first', async () => {
    const { body } = await remove(stage.proxies.usual, [ATTENDEE, PRESENTER, { rawId: ATTENDEE }, PRESENTER]);
    expect(body.removed).toEqual([ATTENDEE, PRESENTER]);
    expect(Object.keys(JSON.parse(sentToRooms()[0]?.body ?? '').participants)).toHaveLength(2);
  });

  test('removing someone who is not there succeeds, however often', async () => {
    for (const _ of [1, 2, 3]) {
      const { status, body } = await remove(stage.proxies.usual, [PRESENTER]);
      expect(status).toBe(200);
      expect(body.removed).toEqual([PRESENTER]);
    }
    expect(inTheRoom()).toEqual([ATTENDEE]);
  });

  test('350 people leave in one call', async () => {
    const crowd = Array.from({ length: 350 }, (_, index) => `8:acs:resource_user-${index}`);
    const room = stage.emulator.rooms.get(ROOM);
    for (const rawId of crowd) stage.emulator.rooms.set(room, rawId, 'Attendee');
    const { status, body } = await remove(stage.proxies.usual, crowd);
    expect(status).toBe(200);
    expect(body.removed).toEqual(crowd);
    expect(inTheRoom()).toEqual([PRESENTER, ATTENDEE]);
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
      const answered = await remove(stage.proxies.usual, [PRESENTER], headers as Record<string, string>);
      expect(answered.body.requestId).toBe(expected);
      expect(answered.headers.get('x-ms-client-request-id')).toBe(expected);
      expect(sentToRooms()[0]?.headers['x-ms-client-request-id']).toBe(expected);
    });

    test('is the invocation id where the caller brings none', async () => {
      const { body } = await remove(stage.proxies.usual, [PRESENTER]);
      expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
      if (IN_PROCESS) return;
      const executed = `Executed 'Functions.removeParticipants' (Succeeded, Id=${body.requestId}`;
      await until(() => stage.proxies.usual.output().includes(executed));
    });

    test('forwards a trace context, and nothing that only looks like one', async () => {
      const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
      await remove(stage.proxies.usual, [PRESENTER], { traceparent, tracestate: 'vendor=1' });
      for (const { headers } of sentToRooms()) expect(headers).toMatchObject({ traceparent, tracestate: 'vendor=1' });
      stage.emulator.journal.clear();
      await remove(stage.proxies.usual, [PRESENTER], { traceparent: 'nonsense', tracestate: 'vendor=1' });
      expect(sentToRooms()).toHaveLength(1 + stage.listCalls);
      for (const { headers } of sentToRooms()) {
        expect(headers.traceparent).toBeUndefined();
        expect(headers.tracestate).toBeUndefined();
      }
    });
  });

  test('the log has one line a removal, without raw IDs', async () => {
    const { body } = await remove(stage.proxies.usual, [PRESENTER, '8:acs:not-there'], {
      'x-ms-client-request-id': 'logged',
    });
    await recordOf(stage.proxies.usual, 'logged');
    expect(stage.proxies.usual.records().filter(({ requestId }) => requestId === 'logged')).toEqual([
      {
        event: 'removal',
        requestId: body.requestId,
        roomId: ROOM,
        asked: 2,
        removed: 2,
        left: 1,
        status: 200,
        code: 'Removed',
        attempts: 1 + stage.listCalls,
        retries: 0,
        upstreamMs: expect.any(Number),
        totalMs: expect.any(Number),
      },
    ]);
    expect(stage.proxies.usual.output()).not.toContain('8:acs:');
  });
}
