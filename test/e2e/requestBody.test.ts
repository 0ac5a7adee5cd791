// What a body may be, as HTTP carries it: type, encoding, size.
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { PRESENTER, post, ROOM } from '../harness/caller';
import { type RunningProxy, settingsFor, startProxy } from '../harness/proxy';

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
beforeEach(() => emulator.journal.clear());

const SAMPLE = JSON.stringify({ roomId: ROOM, participants: [PRESENTER] });

test.each([
  'application/json',
  'APPLICATION/JSON',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/problem+json',
  'application/vnd.contoso.v1+json; odata=none',
])('%s is JSON', async (type) => {
  expect((await post(proxy, SAMPLE, { 'content-type': type })).status).toBe(200);
});

test.each([
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'application/jsonx',
  'application/json; charset=utf-16',
  'multipart/form-data; boundary=x',
])('%s is not', async (type) => {
  const { status, body } = await post(proxy, SAMPLE, { 'content-type': type });
  expect({ status, code: body.error.code }).toEqual({ status: 415, code: 'UnsupportedMediaType' });
  expect(emulator.journal.total).toBe(0);
});

test('a body without a content type is not', async () => {
  const response = await fetch(`${proxy.url}/api/removeParticipants`, {
    method: 'POST',
    body: new TextEncoder().encode(SAMPLE),
  });
  expect(response.status).toBe(415);
});

test('a compressed body is refused, since the Functions host does not unpack it', async () => {
  expect((await post(proxy, SAMPLE, { 'content-encoding': 'gzip' })).status).toBe(415);
  expect((await post(proxy, SAMPLE, { 'content-encoding': 'identity' })).status).toBe(200);
});

test.each([
  ['nothing', '', 'empty'],
  ['half of it', SAMPLE.slice(0, 40), 'not JSON'],
  ['a word', 'undefined', 'not JSON'],
  ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 'not JSON'],
])('a body of %s is an InvalidRequest', async (_, sent, said) => {
  const { status, body } = await post(proxy, sent);
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'InvalidRequest', target: 'body' });
  expect(body.error.details).toEqual([
    { code: 'InvalidValue', message: expect.stringContaining(said), target: 'body' },
  ]);
  expect(emulator.journal.total).toBe(0);
});

test('a byte order mark does no harm', async () => {
  expect((await post(proxy, `\uFEFF${SAMPLE}`)).status).toBe(200);
});

test('256 KiB are read, and not a byte more', async () => {
  const padded = (size: number) => SAMPLE + ' '.repeat(size - SAMPLE.length);
  expect((await post(proxy, padded(256 * 1024))).status).toBe(200);
  expect((await post(proxy, padded(256 * 1024 + 1))).status).toBe(413);
});

test('the limit counts bytes, whatever characters they make', async () => {
  const { status } = await post(
    proxy,
    JSON.stringify({ roomId: ROOM, participants: [PRESENTER], note: 'é'.repeat(140_000) }),
  );
  expect(status).toBe(413);
});
