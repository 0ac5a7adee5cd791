// How requests are authorised: signatures, tokens, and what follows a refusal.
import { createHash, createHmac } from 'node:crypto';
import { createAccessKeyAuthorizer } from '../../shared/credentials/accessKey';
import { type Authorizer, sendAuthorised } from '../../shared/credentials/authorizer';
import { bearer } from '../../shared/credentials/bearer';
import { createAuthorizer } from '../../shared/credentials/credentials';
import { TokenCache } from '../../shared/credentials/tokenCache';
import { createUserTokenAuthorizer } from '../../shared/credentials/userToken';
import type { Settings } from '../../shared/settings';
import { Deadline } from '../../shared/upstream/deadline';
import type { WireAnswer } from '../../shared/upstream/transport';
import { scripted } from '../harness/scripted';

const KEY = Buffer.from('a key').toString('base64');
const USER = '8:acs:resource_user';
const request = { method: 'POST', path: '/rooms/1?a=b', headers: { 'x-own': '1' }, body: '{}' } as const;
const inAnHour = () => Date.now() + 3_600_000;

/** A credential with a new token for each request, `token-1` and so on. */
function numbered(onDrop?: () => void): Authorizer {
  let count = 0;
  const fetch = async () => {
    count += 1;
    return { token: `token-${count}`, expiresAt: inAnHour() };
  };
  return bearer(new TokenCache({ fetch, onRenewalFailure() {} }), onDrop);
}

const send = (authorizer: Authorizer, transport: ReturnType<typeof scripted>, timeoutMs = 1000) =>
  sendAuthorised(request, { transport, authorizer, deadline: new Deadline(5000), timeoutMs });

test('a request goes out with its own headers and the token', async () => {
  const transport = scripted({ status: 200, body: 'yes' });
  expect((await send(numbered(), transport)).body).toBe('yes');
  expect(transport.sent).toEqual([{ ...request, headers: { 'x-own': '1', authorization: 'Bearer token-1' } }]);
  expect(transport.timeouts).toEqual([1000]);
});

test('no exchange is given more time than the deadline leaves', async () => {
  const transport = scripted({});
  await send(numbered(), transport, 60_000);
  expect(transport.timeouts[0]).toBeLessThanOrEqual(5000);
});

test('a refused token is dropped, and the request made once more with the next', async () => {
  const dropped = jest.fn();
  const transport = scripted({ status: 401 }, { status: 200 });
  expect((await send(numbered(dropped), transport)).status).toBe(200);
  expect(transport.sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  expect(dropped).toHaveBeenCalledTimes(1);
});

test('a second refusal is final', async () => {
  const transport = scripted({ status: 401 });
  expect((await send(numbered(), transport)).status).toBe(401);
  expect(transport.sent).toHaveLength(2);
});

test.each([200, 400, 403, 500])('a %i is not asked again with another token', async (status) => {
  const transport = scripted({ status });
  await send(numbered(), transport);
  expect(transport.sent).toHaveLength(1);
});

test('a token that another removal has replaced already is not dropped, yet the request is made again', async () => {
  const dropped = jest.fn();
  const authorizer = numbered(dropped);
  await authorizer.ready();
  expect(authorizer.refused({ authorization: 'Bearer an older one' })).toBe(true);
  expect(authorizer.refused({})).toBe(true);
  expect(dropped).not.toHaveBeenCalled();
});

describe('access-key', () => {
  const authorizer = createAccessKeyAuthorizer('https://resource.communication.azure.com', KEY);

  test.each([[request.body], [undefined]])('signs method, path, date, host and body %j', async (body) => {
    const headers = await authorizer.authorise({ ...request, ...(body === undefined ? { body: '' } : { body }) });
    const { 'x-ms-date': date = '', 'x-ms-content-sha256': hash = '', authorization } = headers;
    expect(hash).toBe(
      createHash('sha256')
        .update(body ?? '')
        .digest('base64'),
    );
    expect(new Date(date).toUTCString()).toBe(date);
    const text = `POST\n/rooms/1?a=b\n${date};resource.communication.azure.com;${hash}`;
    const signature = createHmac('sha256', 'a key').update(text).digest('base64');
    expect(authorization).toBe(`HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`);
  });

  test('a port that is not the usual one is signed', async () => {
    const { authorization: usual } = await authorizer.authorise(request);
    const { authorization: other } = await createAccessKeyAuthorizer('http://127.0.0.1:7072', KEY).authorise(request);
    expect(other).not.toBe(usual);
  });

  test('is always ready, and has nothing else to try', async () => {
    await authorizer.ready();
    expect(authorizer.refused({})).toBe(false);
  });
});

describe('user-token', () => {
  const issued = { status: 200, body: JSON.stringify({ token: 'of the user', expiresOn: new Date(inAnHour()) }) };

  function userToken(...answers: (Partial<WireAnswer> | Error)[]) {
    const transport = scripted(...answers);
    const authorizer = createUserTokenAuthorizer({
      userId: USER,
      transport,
      issuer: createAccessKeyAuthorizer('https://resource', KEY),
      retries: { maxRetries: 2, attemptTimeoutMs: 700 },
      onRenewalFailure() {},
    });
    return { transport, token: () => authorizer.authorise(request) };
  }

  test('the token is asked of Identity, for voice, for the shortest time, as the issuer authorises it', async () => {
    const { transport, token } = userToken(issued);
    expect(await token()).toEqual({ authorization: 'Bearer of the user' });
    expect(transport.sent).toEqual([
      {
        method: 'POST',
        path: '/identities/8%3Aacs%3Aresource_user/:issueAccessToken?api-version=2023-10-01',
        headers: expect.objectContaining({
          'content-type': 'application/json',
          authorization: expect.stringContaining('HMAC-SHA256'),
        }),
        body: '{"scopes":["voip"],"expiresInMinutes":60}',
      },
    ]);
    expect(transport.timeouts).toEqual([700]);
    await token();
    expect(transport.sent).toHaveLength(1);
  });

  test('its end is what Identity says', async () => {
    const { transport, token } = userToken({ body: '{"token":"t","expiresOn":"2020-01-01T00:00:00+00:00"}' });
    await token();
    await token();
    expect(transport.sent).toHaveLength(2);
  });

  test.each([408, 429, 500, 503])('a %i is tried again', async (status) => {
    const { transport, token } = userToken({ status }, { status }, issued);
    expect(await token()).toEqual({ authorization: 'Bearer of the user' });
    expect(transport.sent).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 499])('a %i is not', async (status) => {
    const body = JSON.stringify({ error: { code: 'Of Identity' } });
    const { transport, token } = userToken({ status, body, headers: { 'retry-after': '7' } });
    await expect(token()).rejects.toMatchObject({
      code: 'CredentialUnavailable',
      message: 'No access token of the ACS user could be had.',
      inner: { code: 'Of Identity', status },
      retryAfterMs: 7000,
      cause: { code: 'CredentialUnavailable', message: `Identity answered with status ${status}.`, retryable: false },
    });
    expect(transport.sent).toHaveLength(1);
  });

  test.each([
    '{}',
    '{"token":"","expiresOn":"2030-01-01T00:00:00Z"}',
    '{"token":"t","expiresOn":"soon"}',
    '{"token":"t"}',
    '{"expiresOn":"2030-01-01T00:00:00Z"}',
    'no JSON',
  ])('%s is no token', async (body) => {
    const { token } = userToken({ body });
    await expect(token()).rejects.toMatchObject({
      code: 'CredentialUnavailable',
      cause: { code: 'InvalidUpstreamResponse' },
    });
  });
});

describe('the settings', () => {
  const settings = { endpoint: 'https://resource', maxRetries: 0, attemptTimeoutMs: 100 } as Settings;
  const of = (credential: Settings['credential'], ...answers: Partial<WireAnswer>[]) => {
    const transport = scripted(...answers);
    return { transport, authorizer: createAuthorizer({ ...settings, credential }, transport) };
  };

  test('ask for a signature', async () => {
    const { authorizer } = of({ mode: 'access-key', key: KEY });
    expect((await authorizer.authorise(request)).authorization).toMatch(/^HMAC-SHA256/);
  });

  test('ask for the token of a user, whose renewal may fail and be told', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const soon = { body: JSON.stringify({ token: 't', expiresOn: new Date(Date.now() + 120_000) }) };
    const { authorizer, transport } = of(
      { mode: 'user-token', userId: USER, issuer: { mode: 'access-key', key: KEY } },
      soon,
      { status: 403 },
    );
    expect(await authorizer.authorise(request)).toEqual({ authorization: 'Bearer t' });
    expect(await authorizer.authorise(request)).toEqual({ authorization: 'Bearer t' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(transport.sent).toHaveLength(2);
    expect(warn.mock.calls.map(([line]) => JSON.parse(line).event)).toEqual(['tokenNotRenewed']);
    warn.mockRestore();
  });
});
