// Microsoft's own clients against the emulator: proof that it speaks the protocol, and a record of how they speak it.
//
// UPDATE_FIXTURES=1 npx jest test/contract writes the record anew.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { createCommunicationAccessKeyCredentialPolicy, parseConnectionString } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { type RoomParticipantPatch, RoomsClient } from '@azure/communication-rooms';
import { AzureKeyCredential, type TokenCredential } from '@azure/core-auth';
import { createPipelineRequest, type PipelinePolicy } from '@azure/core-rest-pipeline';
import { ACCESS_KEY, type Emulator, startEmulator } from '../../dev/emulator/emulator';
import type { JournalEntry } from '../../dev/emulator/journal';
import { readConnectionString } from '../../shared/connectionString';
import { createAccessKeyAuthorizer } from '../../shared/credentials/accessKey';
import { PRESENTER, remove } from '../harness/caller';
import { loopbackCertificate } from '../harness/certificate';
import { modes, settingsFor, startProxy } from '../harness/proxy';

const FIXTURES = path.join(__dirname, 'fixtures/sdk-traffic.json');
const USER = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_00000010-ce28-064a-83fe-084822000';

let emulator: Emulator;
let certificate: { key: string; cert: string };
/** File with the certificate, for the proxy's process. */
let authority: string;

// Over TLS: the SDK sends no token without.
beforeAll(async () => {
  certificate = await loopbackCertificate();
  authority = path.join(await mkdtemp(path.join(os.tmpdir(), 'rooms-proxy-')), 'authority.pem');
  await writeFile(authority, certificate.cert);
  emulator = await startEmulator({ pageSize: 2, tls: certificate });
});
afterAll(async () => {
  await emulator?.close();
  await rm(path.dirname(authority), { recursive: true });
});
beforeEach(() => {
  emulator.rooms.reset();
  emulator.journal.clear();
});

/** Client options under which the SDK trusts the emulator. */
function trusting() {
  const agent = new https.Agent({ ca: certificate.cert });
  const policy: PipelinePolicy = {
    name: 'trustEmulator',
    sendRequest: (request, next) => next(Object.assign(request, { agent })),
  };
  return { additionalPolicies: [{ policy, position: 'perRetry' as const }] };
}

const connectionString = () => `endpoint=${emulator.url}/;accesskey=${ACCESS_KEY}`;
const tokenCredential = () => ({
  getToken: async () => {
    const { token, expiresAt } = emulator.tokens.issue('https://communication.azure.com/', 3_600_000);
    return { token, expiresOnTimestamp: expiresAt };
  },
});

function participant(user: string, role: RoomParticipantPatch['role']): RoomParticipantPatch {
  return { id: { communicationUserId: `${USER}${user}` }, role: role ?? 'Attendee' };
}

/** RoomsClient 1.2.0 takes a token credential for its options, and has no eye for the third argument: it gets both in one. */
function roomsClientWith(credential: TokenCredential): RoomsClient {
  return new RoomsClient(emulator.url, Object.assign(credential, trusting()));
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe.each([
  ['key', () => new RoomsClient(connectionString(), trusting())],
  ['token', () => roomsClientWith(tokenCredential())],
])('RoomsClient with a %s', (_, client) => {
  test('creates a room, adds, lists, removes, and deletes', async () => {
    const rooms = client();
    const created = await rooms.createRoom({
      participants: [participant('111', 'Presenter'), participant('222', 'Attendee')],
    });
    await rooms.addOrUpdateParticipants(created.id, [
      participant('333', 'Consumer'),
      participant('444', 'Collaborator'),
    ]);
    const roster = async () =>
      (await collect(rooms.listParticipants(created.id))).map(({ id, role }) => ({ ...id, role }));
    const user = (id: string, role: string) => ({
      kind: 'communicationUser',
      communicationUserId: `${USER}${id}`,
      role,
    });
    expect(await roster()).toEqual([
      user('111', 'Presenter'),
      user('222', 'Attendee'),
      user('333', 'Consumer'),
      user('444', 'Collaborator'),
    ]);
    await rooms.removeParticipants(created.id, [
      { communicationUserId: `${USER}222` },
      { communicationUserId: `${USER}333` },
    ]);
    expect(await roster()).toEqual([user('111', 'Presenter'), user('444', 'Collaborator')]);

    const validUntil = new Date(created.validUntil.getTime() + 1000);
    expect((await rooms.updateRoom(created.id, { validUntil })).validUntil).toEqual(validUntil);
    expect(await rooms.getRoom(created.id)).toMatchObject({ id: created.id, validUntil });
    expect((await collect(rooms.listRooms())).map(({ id }) => id)).toContain(created.id);
    await rooms.deleteRoom(created.id);
    await expect(rooms.getRoom(created.id)).rejects.toMatchObject({ statusCode: 404, code: 'NotFound' });
  });
});

test.each([
  ['key', () => new CommunicationIdentityClient(connectionString(), trusting())],
  ['token', () => new CommunicationIdentityClient(emulator.url, tokenCredential(), trusting())],
])('CommunicationIdentityClient with a %s creates users, issues tokens and takes them back', async (_, client) => {
  const identity = client();
  const user = await identity.createUser();
  const { token, expiresOn } = await identity.getToken(user, ['voip'], { tokenExpiresInMinutes: 60 });
  expect(expiresOn.getTime() - Date.now()).toBeGreaterThan(59 * 60_000);
  const rooms = roomsClientWith({ getToken: async () => ({ token, expiresOnTimestamp: +expiresOn }) });
  expect(await collect(rooms.listRooms())).toHaveLength(1);
  await identity.revokeTokens(user);
  await expect(collect(rooms.listRooms())).rejects.toMatchObject({ statusCode: 401 });
  expect(await identity.createUserAndToken(['voip'])).toMatchObject({ token: expect.any(String) });
  await identity.deleteUser(user);
});

test('the emulator refuses a wrong key and a version nobody knows', async () => {
  const wrong = new RoomsClient(`endpoint=${emulator.url}/;accesskey=bWFya2VkLXdyb25n`, trusting());
  await expect(collect(wrong.listRooms())).rejects.toMatchObject({ statusCode: 401, code: 'Unauthorized' });
  const unknown = new RoomsClient(connectionString(), { ...trusting(), apiVersion: '2021-04-07' } as object);
  await expect(collect(unknown.listRooms())).rejects.toMatchObject({ statusCode: 400, code: 'UnsupportedApiVersion' });
});

describe('our requests beside those of the SDK', () => {
  /** What matters of a request: not who sent it when, and not the ids made up for it. */
  function essence({ method, target, headers, body }: JournalEntry) {
    const { 'content-type': contentType, accept } = headers;
    return {
      method,
      target,
      headers: { 'content-type': contentType, accept },
      body: body === '' ? '' : JSON.parse(body),
    };
  }

  async function sdkTraffic() {
    const rooms = new RoomsClient(connectionString(), trusting());
    const identity = new CommunicationIdentityClient(connectionString(), trusting());
    await rooms.removeParticipants('99199690362660524', [{ communicationUserId: PRESENTER }]);
    await collect(rooms.listParticipants('99199690362660524'));
    const user = { communicationUserId: modes['user-token'].ACS_USER_ID };
    await identity.getToken(user, ['voip'], { tokenExpiresInMinutes: 60 });
    return emulator.journal.entries().map(essence);
  }

  test('the record of the SDK is what it sends today', async () => {
    const traffic = await sdkTraffic();
    if (process.env.UPDATE_FIXTURES) await writeFile(FIXTURES, `${JSON.stringify(traffic, null, 2)}\n`);
    expect(traffic).toEqual(JSON.parse(await readFile(FIXTURES, 'utf8')));
  });

  test('removing, listing and asking for a user token are the same, header for header where it matters', async () => {
    const proxy = await startProxy({
      ...settingsFor(emulator),
      NODE_EXTRA_CA_CERTS: authority,
      ...modes['user-token'],
      ACS_ACCESS_KEY: ACCESS_KEY,
      ACS_API_VERSION: '2025-03-13',
    });
    try {
      expect((await remove(proxy, [PRESENTER])).status).toBe(200);
    } finally {
      await proxy.stop();
    }
    const byTarget = (a: { method: string }, b: { method: string }) => a.method.localeCompare(b.method);
    const recorded = JSON.parse(await readFile(FIXTURES, 'utf8'));
    expect(emulator.journal.entries().map(essence).sort(byTarget)).toEqual(recorded.sort(byTarget));
  });

  test.each([
    [
      'PATCH',
      'https://contoso.communication.azure.com',
      '/rooms/9/participants?api-version=2025-03-13',
      '{"participants":{"8:acs:é":null}}',
    ],
    [
      'GET',
      'https://contoso.communication.azure.com',
      '/rooms/9/participants?api-version=2025-03-13&skip=2',
      undefined,
    ],
    [
      'POST',
      'https://contoso.communication.azure.com',
      '/identities/8%3Aacs%3Ax/:issueAccessToken?api-version=2023-10-01',
      '{}',
    ],
  ] as const)(
    'our signature of a %s is that of @azure/communication-common',
    async (method, endpoint, target, body) => {
      jest.useFakeTimers({
        doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'],
        now: 1_795_000_000_000,
      });
      try {
        const policy = createCommunicationAccessKeyCredentialPolicy(new AzureKeyCredential(ACCESS_KEY));
        const request = createPipelineRequest({ method, url: endpoint + target, ...(body && { body }) });
        await policy.sendRequest(request, async (signed) => ({
          request: signed,
          headers: signed.headers,
          status: 200,
        }));
        const ours = await createAccessKeyAuthorizer(endpoint, ACCESS_KEY).authorise({
          method,
          path: target,
          headers: {},
          ...(body && { body }),
        });
        const theirs = Object.fromEntries(Object.keys(ours).map((name) => [name, request.headers.get(name)]));
        expect(ours).toEqual(theirs);
      } finally {
        jest.useRealTimers();
      }
    },
  );

  test('a connection string reads as @azure/communication-common reads it', () => {
    for (const text of [
      'endpoint=https://contoso.communication.azure.com/;accesskey=YWJjZA==',
      'Endpoint=https://contoso.communication.azure.com/;AccessKey=YWJjZA==',
    ]) {
      const theirs = parseConnectionString(text);
      const ours = readConnectionString(text);
      expect(new URL(ours.endpoint ?? '').href).toBe(new URL(theirs.endpoint).href);
      expect(ours.accesskey).toBe(theirs.credential.key);
    }
  });
});
