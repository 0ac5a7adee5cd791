// Reading a body within its bounds, and writing answers.
import { ProxyError } from '../../shared/contract/errors';
import { errorAnswer, readJson, resultAnswer } from '../../shared/contract/http';

const LIMIT = 256 * 1024;

function read(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return readJson({
    headers: new Headers({ 'content-type': 'application/json', ...headers }),
    arrayBuffer: async () => buffer,
  }).catch((error: unknown) => error);
}

test('JSON is read as it is', async () => {
  expect(await read('{"a":["\u00e9"]}')).toEqual({ a: ['\u00e9'] });
});

test('256 KiB are read, and not a byte more, whatever the length is said to be', async () => {
  const tooLarge = { code: 'RequestTooLarge', message: 'The body is over 256 KiB; nothing was removed.' };
  const full = `"${'x'.repeat(LIMIT - 2)}"`;
  expect(await read(full)).toHaveLength(LIMIT - 2);
  expect(await read(full, { 'content-length': String(LIMIT) })).toHaveLength(LIMIT - 2);
  expect(await read(`${full} `)).toMatchObject(tooLarge);
  expect(await read('{}', { 'content-length': String(LIMIT + 1) })).toMatchObject(tooLarge);
});

test('a body that says it is too large is not read at all', async () => {
  const arrayBuffer = jest.fn();
  const headers = new Headers({ 'content-length': String(LIMIT + 1) });
  await expect(readJson({ headers, arrayBuffer })).rejects.toMatchObject({ code: 'RequestTooLarge' });
  expect(arrayBuffer).not.toHaveBeenCalled();
});

test.each([
  'application/json',
  ' APPLICATION/JSON ; charset=UTF-8',
  'application/json;charset="utf-8"',
  'application/json; charset=utf8',
  'application/problem+json',
  'application/vnd.a.b-c+json; profile=x',
])('%s is JSON', async (type) => {
  expect(await read('1', { 'content-type': type })).toBe(1);
});

test.each([
  '',
  'text/json',
  'xapplication/json',
  'application/jsonx',
  'application/json-seq',
  'application/json; charset=latin1',
  'application/json; charset=xutf-8',
  'application/json; charset=utf-8x',
  'application/json; charset',
  'application/+json',
])('%s is not', async (type) => {
  expect(await read('1', { 'content-type': type })).toMatchObject({
    code: 'UnsupportedMediaType',
    message: 'The body must be JSON in UTF-8: content-type: application/json.',
  });
});

test('a body is taken as it is, and with no other encoding', async () => {
  expect(await read('1', { 'content-encoding': 'Identity' })).toBe(1);
  expect(await read('1', { 'content-encoding': 'gzip' })).toMatchObject({
    code: 'UnsupportedMediaType',
    message: 'The body must be sent as it is, with no content-encoding.',
  });
});

test.each<[string, string | Uint8Array, string]>([
  ['nothing', '', 'The body is empty.'],
  ['half of it', '{"a":', 'The body is not JSON in UTF-8.'],
  ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'The body is not JSON in UTF-8.'],
])('%s is InvalidRequest', async (_, body, message) => {
  const error = await read(body);
  expect(error).toMatchObject({
    code: 'InvalidRequest',
    message: 'The request has one fault; nothing was removed.',
    target: 'body',
    details: [{ code: 'InvalidValue', message, target: 'body' }],
    cause: expect.anything(),
  });
});

const common = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-ms-client-request-id': 'id',
};

test('a result is a 200 that nobody keeps', () => {
  const result = { roomId: 'r', removed: ['a'], participants: [], requestId: 'id' };
  expect(resultAnswer(result)).toEqual({ status: 200, headers: common, body: JSON.stringify(result) });
});

test('an error has its code in the header too, and nothing that it does not know', () => {
  const answer = errorAnswer(new ProxyError('RoomNotFound', 'It is not there.'), 'id');
  expect({ ...answer, body: JSON.parse(answer.body) }).toEqual({
    status: 404,
    headers: { ...common, 'x-ms-error-code': 'RoomNotFound' },
    body: { error: { code: 'RoomNotFound', message: 'It is not there.' }, requestId: 'id' },
  });
});

test('what more it knows is in the body; Retry-After is whole seconds, rounded up', () => {
  const more = { target: 't', details: [{ code: 'c', message: 'm' }] };
  const inner = { code: 'c', status: 503 };
  const answer = errorAnswer(
    new ProxyError('UpstreamUnavailable', 'No.', { ...more, inner, retryAfterMs: 1001 }),
    'id',
  );
  expect(JSON.parse(answer.body).error).toEqual({
    code: 'UpstreamUnavailable',
    message: 'No.',
    ...more,
    innererror: inner,
  });
  expect(answer.headers['retry-after']).toBe('2');
  expect(answer.headers).not.toHaveProperty('www-authenticate');
});

test('a 401 names the scheme', () => {
  expect(errorAnswer(new ProxyError('Unauthenticated', 'No.'), 'id').headers['www-authenticate']).toBe('Bearer');
});
