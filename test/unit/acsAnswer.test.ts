// What an answer of ACS says of itself, and what it means.
import * as z from 'zod/mini';
import { failureOf } from '../../shared/rooms/failure';
import { innerErrorOf, isSuccess, messageOf, parseBody, readShape } from '../../shared/upstream/acsAnswer';
import type { WireAnswer } from '../../shared/upstream/transport';

const answer = (status: number, body: unknown = '', headers: WireAnswer['headers'] = {}): WireAnswer => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

function thrownBy(work: () => unknown) {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test('a body is JSON or nothing', () => {
  expect(parseBody(answer(200, '{"a":1}'))).toEqual({ a: 1 });
  expect(parseBody(answer(200, ''))).toBeUndefined();
  expect(thrownBy(() => parseBody(answer(200, '<html>', { 'x-ms-request-id': 'r' })))).toMatchObject({
    code: 'InvalidUpstreamResponse',
    message: 'The answer of ACS is not JSON.',
    cause: expect.any(SyntaxError),
    inner: { status: 200, requestId: 'r' },
  });
});

test('a shape is had or not', () => {
  const schema = z.object({ a: z.number() });
  expect(readShape(schema, { a: 1, more: 2 })).toEqual({ a: 1 });
  expect(thrownBy(() => readShape(schema, { a: 'one' }))).toMatchObject({
    code: 'InvalidUpstreamResponse',
    message: 'The answer of ACS has not the expected shape.',
    cause: expect.any(Error),
  });
});

test.each([
  [199, false],
  [200, true],
  [299, true],
  [300, false],
])('%i is a success: %s', (status, success) => {
  expect(isSuccess(answer(status))).toBe(success);
});

test('the code is that of the body, else of the header; what is not text is not there', () => {
  const headers = { 'x-ms-error-code': 'FromHeader', 'x-ms-request-id': 'r' };
  const error = { error: { code: 'FromBody', message: 'It says.' } };
  expect(innerErrorOf(answer(400, error, headers))).toEqual({ code: 'FromBody', status: 400, requestId: 'r' });
  expect(innerErrorOf(answer(400, { error: { code: 7 } }, headers)).code).toBe('FromHeader');
  expect(innerErrorOf(answer(400, 'no JSON', headers)).code).toBe('FromHeader');
  expect(innerErrorOf(answer(400, 'null', headers)).code).toBe('FromHeader');
  expect(innerErrorOf(answer(400, error)).requestId).toBeUndefined();
  expect(innerErrorOf(answer(400, '', { 'x-ms-error-code': ['a', 'b'] as unknown as string })).code).toBeUndefined();
  expect(messageOf(answer(400, error))).toBe('It says.');
  expect(messageOf(answer(400, 'no JSON'))).toBeUndefined();
});

test('text is passed on to a length, and without a token', () => {
  expect(messageOf(answer(400, { error: { message: 'x'.repeat(5000) } }))).toBe('x'.repeat(1024));
  expect(messageOf(answer(400, { error: { message: 'You sent Bearer abc.' } }))).toBe('You sent Bearer [redacted]');
});

const VERSION = '2022-02-01';
test.each<[number, string, string, boolean]>([
  [300, 'InvalidUpstreamResponse', 'ACS answered with status 300, which is no answer to it.', false],
  [307, 'InvalidUpstreamResponse', 'ACS answered with status 307, which is no answer to it.', false],
  [399, 'InvalidUpstreamResponse', 'ACS answered with status 399, which is no answer to it.', false],
  [400, 'RejectedByRooms', 'ACS refused the removal with status 400; innererror says why.', false],
  [401, 'UpstreamAuthenticationFailed', "ACS refused the proxy's own credential; the caller is not at fault.", false],
  [403, 'UpstreamAuthenticationFailed', "ACS refused the proxy's own credential; the caller is not at fault.", false],
  [404, 'RoomNotFound', 'ACS knows no such room.', false],
  [408, 'UpstreamTimeout', 'ACS gave up waiting for the request.', true],
  [409, 'RejectedByRooms', 'ACS refused the removal with status 409; innererror says why.', false],
  [429, 'TooManyRequests', 'ACS is throttling; try again later.', true],
  [499, 'RejectedByRooms', 'ACS refused the removal with status 499; innererror says why.', false],
  [500, 'UpstreamError', 'ACS failed with status 500; try again later.', true],
  [501, 'UpstreamError', 'ACS failed with status 501; try again later.', false],
  [502, 'UpstreamError', 'ACS failed with status 502; try again later.', true],
  [503, 'UpstreamUnavailable', 'ACS is unavailable; try again later.', true],
  [504, 'UpstreamError', 'ACS failed with status 504; try again later.', true],
  [505, 'UpstreamError', 'ACS failed with status 505; try again later.', false],
])('%i means %s', (status, code, message, retryable) => {
  const body = { error: { code: 'Of ACS', message: 'Says ACS.' } };
  const failure = failureOf(answer(status, body, { 'retry-after': '3' }), VERSION);
  const inner = { code: 'Of ACS', status, requestId: undefined };
  expect(failure).toMatchObject({ code, message, retryable });
  expect(failure.inner).toEqual(code === 'RejectedByRooms' ? { ...inner, message: 'Says ACS.' } : inner);
  expect(failure.retryAfterMs).toBe(status >= 400 ? 3000 : undefined);
  expect(failure.cause).toBeUndefined();
});

test.each([
  'UnsupportedApiVersion',
  'InvalidApiVersionParameter',
  'MissingApiVersionParameter',
  'unsupportedapiversion',
])('%s means that the version is gone, and the log says which there are', (code) => {
  const failure = failureOf(answer(400, { error: { code } }), VERSION);
  expect(failure).toMatchObject({
    code: 'UnsupportedApiVersion',
    message: 'ACS no longer serves api-version 2022-02-01: change ACS_API_VERSION.',
    retryable: false,
  });
  expect(String(failure.cause)).toContain('2022-02-01, 2023-06-14, 2024-04-15, 2025-03-13');
});

test.each([
  ['another code', 400, 'NotUnsupportedApiVersion'],
  ['that code in a failure', 500, 'UnsupportedApiVersion'],
])('%s does not', (_, status, code) => {
  expect(failureOf(answer(status, { error: { code } }), VERSION).code).not.toBe('UnsupportedApiVersion');
});
