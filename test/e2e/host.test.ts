// The development host: what `func start` would do with the same files.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { PRESENTER, remove } from '../harness/caller';
import { until } from '../harness/conditions';
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

test('lists the functions with methods and addresses', () => {
  expect(proxy.output()).toContain(`removeParticipants: [POST] ${proxy.url}/api/removeParticipants`);
});

test.each(['GET', 'PUT', 'DELETE'])(
  'answers 404 to %s, as the Functions host does to a method that is not listed',
  async (method) => {
    expect((await fetch(`${proxy.url}/api/removeParticipants`, { method })).status).toBe(404);
  },
);

test.each(['/', '/api', '/removeParticipants', '/api/removeParticipants/more'])('answers 404 to %s', async (where) => {
  expect((await fetch(proxy.url + where, { method: 'POST' })).status).toBe(404);
});

test('matches routes without regard to case', async () => {
  expect((await fetch(`${proxy.url}/API/removeparticipants`, { method: 'POST' })).status).toBe(415);
});

test('says so and ends where the port is taken, without a stack', async () => {
  const { port } = new URL(proxy.url);
  const host = path.resolve(__dirname, '../../out/host.js');
  const failure = await promisify(execFile)(process.execPath, [host, '--port', port]).catch((error) => error);
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining(`port ${port} is taken`) });
  expect(failure.stderr).not.toContain('    at ');
});

test('ends on a signal while a removal is under way', async () => {
  const other = await startProxy(settingsFor(emulator));
  emulator.faults.set({ kind: 'hang' });
  const waiting = remove(other, [PRESENTER]).catch((error: unknown) => error);
  await until(() => emulator.journal.entries('/rooms/').length > 0);
  await other.stop();
  emulator.faults.set();
  expect(other.process.exitCode).toBe(0);
  expect(String(await waiting)).toContain('fetch failed');
});

test('lets pages of the allowed origins call, and no others', async () => {
  const preflight = (origin: string) =>
    fetch(`${proxy.url}/api/removeParticipants`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
  const allowed = await preflight('http://127.0.0.1:7072');
  expect(allowed.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:7072');
  expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
  expect((await preflight('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('the Functions host asks for a key, unless an app role is required: the role is what counts then', async () => {
  expect(proxy.authLevels).toEqual({
    removeParticipants: 'function',
    health: 'anonymous',
    openapi: 'anonymous',
    swagger: 'anonymous',
  });
  const guarded = await startProxy({ ...settingsFor(emulator), REQUIRED_APP_ROLE: 'Rooms.Remove' });
  try {
    expect(guarded.authLevels).toMatchObject({ removeParticipants: 'anonymous' });
  } finally {
    await guarded.stop();
  }
});
