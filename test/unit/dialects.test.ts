// The two wire dialects: what they send, and how they read what comes back.
import type { ProxyError } from '../../shared/contract/errors';
import { mergePatch } from '../../shared/rooms/mergePatch';
import { participantsRemove } from '../../shared/rooms/participantsRemove';
import { createRooms } from '../../shared/rooms/rooms';
import { Deadline } from '../../shared/upstream/deadline';
import { Resilience } from '../../shared/upstream/resilience';
import type { WireRequest } from '../../shared/upstream/transport';
import { scripted } from '../harness/scripted';

const ENDPOINT = 'https://resource.communication.azure.com';
const order = { roomId: 'a~b', rawIds: ['8:acs:1', '8:acs:2'], apiVersion: 'V', endpoint: ENDPOINT };

/** Exchanges that answer these bodies in turn. */
function answering(...bodies: unknown[]) {
  const sent: WireRequest[] = [];
  const pauses: number[] = [];
  const exchange = async <Result>(request: WireRequest, read: (body: unknown) => Result, pauseMs = 0) => {
    sent.push(request);
    pauses.push(pauseMs);
    return read(bodies[Math.min(sent.length, bodies.length) - 1]);
  };
  return { sent, pauses, exchange };
}

describe('2022-02-01', () => {
  test('one POST names everybody twice over, as it was documented', async () => {
    const { sent, exchange } = answering({ participants: [] });
    expect(await participantsRemove.remove(order, exchange)).toEqual([]);
    expect(sent).toEqual([
      {
        method: 'POST',
        path: '/rooms/a~b/participants:remove?api-version=V',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          participants: ['8:acs:1', '8:acs:2'].map((rawId) => ({
            communicationIdentifier: { rawId, communicationUser: { id: rawId } },
          })),
        }),
      },
    ]);
  });

  test.each<[string, object, object]>([
    ['a role', { communicationIdentifier: { rawId: 'a' }, role: 'Presenter' }, { rawId: 'a', role: 'Presenter' }],
    [
      'a role in lower case',
      { communicationIdentifier: { rawId: 'a' }, role: 'attendee' },
      { rawId: 'a', role: 'Attendee' },
    ],
    ['no role', { communicationIdentifier: { rawId: 'a' } }, { rawId: 'a' }],
    ['a role that is no text', { communicationIdentifier: { rawId: 'a' }, role: 1 }, { rawId: 'a' }],
    ['an id in the other place', { communicationIdentifier: { communicationUser: { id: 'b' } } }, { rawId: 'b' }],
    ['two ids', { communicationIdentifier: { rawId: 'a', communicationUser: { id: 'b' } } }, { rawId: 'a' }],
    [
      'an id that is no text',
      { communicationIdentifier: { rawId: 7, communicationUser: { id: 'b' } } },
      { rawId: 'b' },
    ],
    ['a user of another shape', { communicationIdentifier: { rawId: 'a', communicationUser: 'b' } }, { rawId: 'a' }],
  ])('someone with %s is in the room', async (_, listed, seen) => {
    expect(await participantsRemove.remove(order, answering({ participants: [listed] }).exchange)).toEqual([seen]);
  });

  test('someone without an id might be anybody', async () => {
    const { exchange } = answering({ participants: [{ communicationIdentifier: {} }] });
    await expect(participantsRemove.remove(order, exchange)).rejects.toMatchObject({
      code: 'InvalidUpstreamResponse',
      message: 'The answer of ACS lists a participant without an id.',
    });
  });

  test.each([[undefined], [{}], [{ participants: {} }], [{ participants: [{}] }]])('%j is no list', async (body) => {
    await expect(participantsRemove.remove(order, answering(body).exchange)).rejects.toMatchObject({
      code: 'InvalidUpstreamResponse',
    });
  });
});

describe('2023-06-14 and later', () => {
  const list = (...ids: string[]) => ids.map((rawId) => ({ rawId, role: 'Attendee' }));
  const entries = (...ids: string[]) => ids.map((rawId) => ({ rawId, role: 'Attendee' }));

  test('a merge-patch with null for each, then the list', async () => {
    const { sent, exchange } = answering({}, { value: list('a') });
    expect(await mergePatch.remove(order, exchange)).toEqual(entries('a'));
    const path = '/rooms/a~b/participants?api-version=V';
    expect(sent).toEqual([
      {
        method: 'PATCH',
        path,
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"participants":{"8:acs:1":null,"8:acs:2":null}}',
      },
      { method: 'GET', path, headers: {} },
    ]);
  });

  test.each([
    ['absolute', `${ENDPOINT}/rooms/next?page=2`],
    ['relative', '/rooms/next?page=2'],
  ])('a link that is %s is followed, and who is on two pages is there once', async (_, nextLink) => {
    const { sent, exchange } = answering({}, { value: list('a', 'b'), nextLink }, { value: list('b', 'c') });
    expect(await mergePatch.remove(order, exchange)).toEqual(entries('a', 'b', 'c'));
    expect(sent[2]?.path).toBe('/rooms/next?page=2');
  });

  test.each([[null], [''], [undefined]])('a link of %j is the end', async (nextLink) => {
    const { sent, exchange } = answering({}, { value: list('a'), nextLink });
    await mergePatch.remove(order, exchange);
    expect(sent).toHaveLength(2);
  });

  test.each([
    'https://elsewhere.example/',
    `${ENDPOINT}.example/`,
    'http://resource.communication.azure.com/',
    'https://:',
  ])('a list that goes on at %s is not followed', async (nextLink) => {
    const { sent, exchange } = answering({}, { value: [], nextLink });
    await expect(mergePatch.remove(order, exchange)).rejects.toMatchObject({
      code: 'InvalidUpstreamResponse',
      message: 'The list of ACS goes on at another host, which is not followed.',
      retryable: false,
    });
    expect(sent).toHaveLength(2);
  });

  test('after fifty pages a list is followed slowly', async () => {
    const pages = Array.from({ length: 53 }, (_, at) => ({
      value: list(`p${at}`),
      nextLink: at < 52 ? '/next' : null,
    }));
    const { pauses, exchange } = answering({}, ...pages);
    expect(await mergePatch.remove(order, exchange)).toHaveLength(53);
    // The merge-patch, fifty pages, and the three that are suspicious.
    expect(pauses).toEqual([...Array(51).fill(0), 250, 250, 250]);
  });

  test('a list of 50,000 is read; one more is no list of a room', async () => {
    const ids = Array.from({ length: 50_001 }, (_, at) => `p${at}`);
    expect(await mergePatch.remove(order, answering({}, { value: list(...ids.slice(1)) }).exchange)).toHaveLength(
      50_000,
    );
    await expect(mergePatch.remove(order, answering({}, { value: list(...ids) }).exchange)).rejects.toMatchObject({
      code: 'InvalidUpstreamResponse',
      message: 'ACS lists more participants than a room can hold.',
    });
  });

  test.each([[undefined], [{}], [{ value: [{}] }], [{ value: [{ rawId: 1 }] }], [{ value: [], nextLink: 1 }]])(
    '%j is no page',
    async (body) => {
      await expect(mergePatch.remove(order, answering({}, body).exchange)).rejects.toMatchObject({
        code: 'InvalidUpstreamResponse',
      });
    },
  );

  test('a role that is no text is no role', async () => {
    const { exchange } = answering({}, { value: [{ rawId: 'a', role: 7 }] });
    expect(await mergePatch.remove(order, exchange)).toEqual([{ rawId: 'a' }]);
  });
});

describe('the api-version', () => {
  const call = () => ({
    deadline: new Deadline(2000),
    headers: { 'x-ms-client-request-id': 'it' },
    trace: { attempts: 0, retries: 0, upstreamMs: 0 },
  });
  const rooms = (apiVersion: '2022-02-01' | '2024-04-15', transport: ReturnType<typeof scripted>) =>
    createRooms({
      settings: { apiVersion, endpoint: ENDPOINT },
      transport,
      authorizer: { authorise: async () => ({ authorization: 'yes' }), ready: async () => {}, refused: () => false },
      resilience: new Resilience({ attemptTimeoutMs: 500, maxRetries: 1 }),
    });

  test.each([
    ['2022-02-01', 'POST'],
    ['2024-04-15', 'PATCH'],
  ] as const)('%s is spoken by %s', async (version, method) => {
    const transport = scripted({ body: '{"participants":[],"value":[]}' });
    await rooms(version, transport).remove('r', ['8:acs:1'], call());
    expect(transport.sent[0]).toMatchObject({
      method,
      headers: { authorization: 'yes', 'x-ms-client-request-id': 'it', 'content-type': expect.any(String) },
    });
    expect(transport.sent[0]?.path).toContain(`api-version=${version}`);
    expect(transport.timeouts[0]).toBe(500);
  });

  test('what is tried again is counted', async () => {
    const told = call();
    const transport = scripted({ status: 503 }, { body: '{"participants":[]}' });
    await rooms('2022-02-01', transport).remove('r', ['8:acs:1'], told);
    expect(told.trace).toMatchObject({ attempts: 2, retries: 1 });
  });

  test('the last failure is what the caller gets', async () => {
    const failing = rooms('2022-02-01', scripted({ status: 503 }, { status: 500 })).remove('r', ['8:acs:1'], call());
    await expect(failing).rejects.toMatchObject({ code: 'UpstreamError' } satisfies Partial<ProxyError>);
  });
});
