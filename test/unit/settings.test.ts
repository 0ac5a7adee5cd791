// The environment, setting by setting.
import { isRoleRequired, readSettings, type Settings } from '../../shared/settings';

const LEAST = { ACS_ENDPOINT: 'https://contoso.communication.azure.com' };

function settings(environment: Record<string, string>): Settings {
  const outcome = readSettings({ ...LEAST, ...environment });
  if ('faults' in outcome) throw new Error(JSON.stringify(outcome.faults));
  return outcome.settings;
}

function faults(environment: Record<string, string | undefined>): Record<string, string> {
  const outcome = readSettings({ ...LEAST, ...environment });
  if ('settings' in outcome) throw new Error('The settings were accepted.');
  return Object.fromEntries(outcome.faults.map(({ name, message }) => [name, message]));
}

test('the endpoint alone suffices', () => {
  expect(settings({})).toEqual({
    endpoint: 'https://contoso.communication.azure.com',
    apiVersion: '2022-02-01',
    credential: { mode: 'entra', source: 'developerSignIn', clientId: undefined },
    attemptTimeoutMs: 5000,
    deadlineMs: 25_000,
    maxRetries: 3,
    callers: { principalVouched: false, requiredAppRole: undefined },
    secrets: [],
  });
});

test.each([
  ['https://contoso.communication.azure.com/', 'https://contoso.communication.azure.com'],
  ['https://contoso.communication.azure.com//', 'https://contoso.communication.azure.com'],
  ['  https://CONTOSO.communication.azure.com ', 'https://contoso.communication.azure.com'],
  ['https://localhost:8443', 'https://localhost:8443'],
  ['http://127.0.0.1:7072', 'http://127.0.0.1:7072'],
  ['http://localhost:7072/', 'http://localhost:7072'],
  ['http://[::1]:7072', 'http://[::1]:7072'],
  ['http://127.10.200.3:7072', 'http://127.10.200.3:7072'],
])('ACS_ENDPOINT %s is %s', (ACS_ENDPOINT, endpoint) => {
  expect(settings({ ACS_ENDPOINT }).endpoint).toBe(endpoint);
});

test.each([
  [undefined, 'missing'],
  ['', 'missing'],
  ['contoso.communication.azure.com', 'must be a URL'],
  ['ftp://contoso.communication.azure.com', 'https'],
  ['http://contoso.communication.azure.com', 'loopback'],
  ['http://127.0.0.1.example.com', 'loopback'],
  ['http://localhost.example.com', 'loopback'],
  ['https://user:marked-secret@contoso.communication.azure.com', 'password'],
  ['https://user@contoso.communication.azure.com', 'user name'],
  ['https://:marked-secret@contoso.communication.azure.com', 'password'],
  ['https://contoso.communication.azure.com/rooms', 'path'],
  ['https://contoso.communication.azure.com/?marked-secret', 'path'],
])('ACS_ENDPOINT %s is refused', (ACS_ENDPOINT, reason) => {
  const { ACS_ENDPOINT: message } = faults({ ACS_ENDPOINT });
  expect(message).toContain(reason);
  expect(message).not.toContain('marked-secret');
});

test.each(['ACS_ATTEMPT_TIMEOUT_MS', 'ACS_DEADLINE_MS', 'ACS_MAX_RETRIES'])(
  '%s is a whole number in its range',
  (name) => {
    for (const value of ['-1', '1.5', '1e3', 'ten', '0x10', '999999', '99999999999', 'NaN']) {
      expect(faults({ [name]: value })).toEqual({ [name]: expect.stringContaining('must be a whole number') });
    }
  },
);

test('numbers are taken as written', () => {
  expect(settings({ ACS_ATTEMPT_TIMEOUT_MS: '1500', ACS_DEADLINE_MS: ' 9000 ', ACS_MAX_RETRIES: '0' })).toMatchObject({
    attemptTimeoutMs: 1500,
    deadlineMs: 9000,
    maxRetries: 0,
  });
});

test('a time of nothing is refused', () => {
  expect(faults({ ACS_ATTEMPT_TIMEOUT_MS: '0', ACS_DEADLINE_MS: '0' })).toEqual({
    ACS_ATTEMPT_TIMEOUT_MS: 'must be a whole number from 1 to 230000',
    ACS_DEADLINE_MS: 'must be a whole number from 1 to 230000',
  });
});

test('an unknown version or mode is refused with those there are, without the value', () => {
  const told = faults({ ACS_API_VERSION: 'marked-1', ACS_AUTH_MODE: 'marked-2' });
  expect(told).toEqual({
    ACS_API_VERSION: 'must be one of 2022-02-01, 2023-06-14, 2024-04-15, 2025-03-13',
    ACS_AUTH_MODE: 'must be one of entra, user-token, access-key',
  });
  expect(JSON.stringify(told)).not.toContain('marked');
});

test('all faults are told together', () => {
  const told = faults({
    ACS_ENDPOINT: '',
    ACS_API_VERSION: 'x',
    ACS_MAX_RETRIES: '11',
    REQUIRED_APP_ROLE: 'Rooms.Remove',
  });
  expect(Object.keys(told).sort()).toEqual(['ACS_API_VERSION', 'ACS_ENDPOINT', 'ACS_MAX_RETRIES', 'REQUIRED_APP_ROLE']);
});

test('a managed identity is used where there is one', () => {
  expect(settings({ IDENTITY_ENDPOINT: 'http://127.0.0.1:1/msi/token', AZURE_CLIENT_ID: 'abc' }).credential).toEqual({
    mode: 'entra',
    source: 'managedIdentity',
    clientId: 'abc',
  });
});

test('a role can be required only where the platform vouches for the caller', () => {
  const REQUIRED_APP_ROLE = 'Rooms.Remove';
  expect(faults({ REQUIRED_APP_ROLE })).toHaveProperty('REQUIRED_APP_ROLE');
  expect(faults({ REQUIRED_APP_ROLE, WEBSITE_AUTH_ENABLED: 'False' })).toHaveProperty('REQUIRED_APP_ROLE');
  expect(settings({ REQUIRED_APP_ROLE, WEBSITE_AUTH_ENABLED: 'True' }).callers).toEqual({
    principalVouched: true,
    requiredAppRole: REQUIRED_APP_ROLE,
  });
});

const KEY = 'bWFya2VkLXNlY3JldA==';
const STRING = `endpoint=https://contoso.communication.azure.com/;accesskey=${KEY}`;
const entra = { mode: 'entra', source: 'developerSignIn', clientId: undefined };

describe('the credential', () => {
  test.each([
    ['a key', { ACS_AUTH_MODE: 'access-key', ACS_ACCESS_KEY: KEY }, { mode: 'access-key', key: KEY }],
    [
      'a connection string',
      { ACS_AUTH_MODE: 'access-key', ACS_CONNECTION_STRING: STRING },
      { mode: 'access-key', key: KEY },
    ],
    [
      'a user token by Entra',
      { ACS_AUTH_MODE: 'user-token', ACS_USER_ID: '8:acs:x' },
      { mode: 'user-token', userId: '8:acs:x', issuer: entra },
    ],
    [
      'a user token by key',
      { ACS_AUTH_MODE: 'user-token', ACS_USER_ID: '8:acs:x', ACS_ACCESS_KEY: KEY },
      { mode: 'user-token', userId: '8:acs:x', issuer: { mode: 'access-key', key: KEY } },
    ],
    ['Entra, whatever keys there are', { ACS_ACCESS_KEY: KEY }, entra],
  ])('may be %s', (_, environment, expected) => {
    expect(settings(environment as Record<string, string>).credential).toEqual(expected);
  });

  test.each([
    ['access-key without a key', { ACS_AUTH_MODE: 'access-key' }, ['ACS_ACCESS_KEY']],
    ['user-token without a user', { ACS_AUTH_MODE: 'user-token' }, ['ACS_USER_ID']],
    ['a user that is none', { ACS_AUTH_MODE: 'user-token', ACS_USER_ID: 'marked-secret' }, ['ACS_USER_ID']],
    ['a key that is not base64', { ACS_AUTH_MODE: 'access-key', ACS_ACCESS_KEY: 'marked-secret' }, ['ACS_ACCESS_KEY']],
    ['a string of no parts', { ACS_CONNECTION_STRING: 'marked-secret' }, ['ACS_CONNECTION_STRING']],
    ['a string without a key', { ACS_CONNECTION_STRING: 'endpoint=https://marked-secret/' }, ['ACS_CONNECTION_STRING']],
    [
      'a string with a bad endpoint',
      { ACS_CONNECTION_STRING: `endpoint=marked-secret;accesskey=${KEY}` },
      ['ACS_CONNECTION_STRING'],
    ],
    [
      'a string for another endpoint and another key',
      { ACS_CONNECTION_STRING: `endpoint=https://marked-secret.example/;accesskey=${KEY}`, ACS_ACCESS_KEY: 'AAAA' },
      ['ACS_ENDPOINT', 'ACS_ACCESS_KEY'],
    ],
  ])('may not be %s', (_, environment, names) => {
    const told = faults(environment as Record<string, string>);
    expect(Object.keys(told)).toEqual(names);
    expect(JSON.stringify(told)).not.toMatch(/marked-secret|bWFya2Vk/);
  });

  test('has its secrets known', () => {
    const { secrets } = settings({ ACS_ACCESS_KEY: KEY, ACS_CONNECTION_STRING: STRING, IDENTITY_HEADER: 'header' });
    expect(secrets).toEqual([KEY, KEY, 'header']);
  });

  test('may come with an endpoint of its own, or with the same one twice', () => {
    expect(settings({ ACS_ENDPOINT: '', ACS_CONNECTION_STRING: STRING }).endpoint).toBe(LEAST.ACS_ENDPOINT);
    expect(settings({ ACS_CONNECTION_STRING: STRING }).endpoint).toBe(LEAST.ACS_ENDPOINT);
  });
});

test.each(['', 'YWJj', 'YWJjYWI=', 'YWJjYQ==', 'YWJjZGVm', 'a/+9'])(
  'an access key of %j is base64, or absent',
  (key) => {
    expect(settings({ ACS_ACCESS_KEY: key }).secrets).toEqual(key ? [key] : []);
  },
);

test.each(['YWJ', 'YWJj=', 'YWI', '=YWJj', 'YW-j', 'YWJjYQ', 'YWJj YWJj', 'Y==='])(
  'an access key of %s is not',
  (key) => {
    expect(faults({ ACS_ACCESS_KEY: key })).toEqual({ ACS_ACCESS_KEY: 'must be base64' });
  },
);

test.each([
  ['endpoint=https://a.example/;accesskey=YWJjYQ==', 'https://a.example', 'YWJjYQ=='],
  [' AccessKey = YWJjYQ== ; Endpoint = https://a.example ', 'https://a.example', 'YWJjYQ=='],
  ['=x;;endpoint=https://a.example;accesskey=YWJj;', 'https://a.example', 'YWJj'],
])('the connection string %j is read', (ACS_CONNECTION_STRING, endpoint, key) => {
  const outcome = readSettings({ ACS_CONNECTION_STRING, ACS_AUTH_MODE: 'access-key' });
  expect(outcome).toMatchObject({ settings: { endpoint, credential: { key }, secrets: [key] } });
});

test.each(['endpoint', 'accesskey=YQ==', 'endpoint=https://a.example', 'endpoint=nowhere;accesskey=YQ=='])(
  'the connection string %j is refused',
  (ACS_CONNECTION_STRING) => {
    expect(faults({ ACS_CONNECTION_STRING })).toHaveProperty('ACS_CONNECTION_STRING');
  },
);

test.each(['8:acs:a', `8:gcch-acs:${'x'.repeat(245)}`])('ACS_USER_ID %s is a user', (ACS_USER_ID) => {
  expect(settings({ ACS_USER_ID, ACS_AUTH_MODE: 'user-token' }).credential).toMatchObject({ userId: ACS_USER_ID });
});

test.each(['x8:acs:a', '8:acs:', '8:acs:a b', `8:acs:${'x'.repeat(246)}`, '8:ACS:a'])(
  'ACS_USER_ID %s is none',
  (id) => {
    expect(faults({ ACS_USER_ID: id }).ACS_USER_ID).toMatch(/raw ID/);
  },
);

test.each([
  ['http://127.0.0.1:4318', 60_000],
  ['HTTPS://collector.example/v1', 60_000],
])('telemetry goes to %s, metrics each minute', (OTEL_EXPORTER_OTLP_ENDPOINT, metricIntervalMs) => {
  expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT }).telemetry).toEqual({ metricIntervalMs });
  expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }).telemetry).toBeUndefined();
  expect(settings({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'false' }).telemetry).toBeDefined();
});

test.each(['collector:4318', 'xhttp://a', 'http:///', 'http:// a', 'grpc://a'])(
  'telemetry cannot go to %s',
  (where) => {
    expect(faults({ OTEL_EXPORTER_OTLP_ENDPOINT: where })).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: 'must be a URL' });
  },
);

test('what the collector asks for is a secret; what is too short to be one is not', () => {
  const OTEL_EXPORTER_OTLP_HEADERS = 'api-key= marked=key== ,version=1, x=12345678,y=1234567';
  expect(settings({ OTEL_EXPORTER_OTLP_HEADERS }).secrets).toEqual(['marked=key==', '12345678']);
});

test.each([
  ['true', true],
  ['  ', false],
  ['', false],
  [undefined, false],
])('REQUIRED_APP_ROLE of %j takes the place of the key: %s', (REQUIRED_APP_ROLE, required) => {
  expect(isRoleRequired({ REQUIRED_APP_ROLE })).toBe(required);
});
