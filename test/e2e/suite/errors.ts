// Every row of the error table, made to happen over HTTP, whatever the api-version and the credential mode.
import { startEmulator } from '../../../dev/emulator/emulator';
import type { Fault } from '../../../dev/emulator/faults';
import { errorCatalogue } from '../../../shared/contract/errors';
import { ATTENDEE, PRESENTER, ROOM, remove } from '../../harness/caller';
import { IN_PROCESS, recordOf, settingsFor, startProxy } from '../../harness/proxy';
import { errorRows, impossible, principal, sample } from './errorRows';
import type { Stage } from './stage';

export function errorSuite(stage: Stage): void {
  test.each(errorRows(stage))(
    '$code when $when',
    async ({ code, setup = 'usual', faults = [], send = sample, attempts, onTheWire = attempts, error, headers }) => {
      stage.emulator.faults.set(...faults);
      const proxy = stage.proxies[setup];
      const answered = await send(proxy);

      expect(answered.status).toBe(errorCatalogue[code].status);
      expect(answered.body).toEqual({
        error: expect.objectContaining({ code, message: expect.stringMatching(/\S.*\.$/), ...error }),
        requestId: expect.any(String),
      });
      expect(Object.fromEntries(answered.headers)).toMatchObject({
        'x-ms-error-code': code,
        'x-ms-client-request-id': answered.body.requestId,
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        ...headers,
      });
      expect(stage.emulator.journal.entries('/rooms/')).toHaveLength(onTheWire);
      if (onTheWire === 0)
        expect([...stage.emulator.rooms.get(ROOM).participants.keys()]).toEqual([PRESENTER, ATTENDEE]);
      expect(await recordOf(proxy, answered.body.requestId)).toMatchObject({
        status: answered.status,
        code,
        attempts,
      });
    },
  );

  test('the table above has every code of the catalogue', () => {
    const codes = errorRows(stage).map(({ code }) => code);
    expect([...new Set([...codes, ...impossible(stage.mode)])].sort()).toEqual(Object.keys(errorCatalogue).sort());
  });

  if (!IN_PROCESS) {
    test('a defect shows in the log with its stack, and in the answer not at all', async () => {
      const proxy = stage.proxies.withDefect;
      const { body } = await sample(proxy);
      expect(JSON.stringify(body)).not.toMatch(/marked-defect|TypeError|\.ts|\.js/);
      const record = await recordOf(proxy, body.requestId);
      expect(JSON.stringify(record)).toMatch(/marked-defect.*shared\/upstream\/transport\.ts/s);
    });
  }

  test('a caller who holds the role removes people, and the log knows the app', async () => {
    const proxy = stage.proxies.withRole;
    const { status, body } = await remove(proxy, [PRESENTER], principal('Rooms.Remove'));
    expect(status).toBe(200);
    expect(await recordOf(proxy, body.requestId)).toMatchObject({
      caller: 'calling-app',
    });
  });

  test('attempts that fail once are made good by the next', async () => {
    const proxy = stage.proxies.usual;
    const passing: Fault[] = [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 502 },
      { kind: 'status', status: 503 },
      { kind: 'status', status: 504 },
      { kind: 'status', status: 429, retryAfter: '0' },
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'cut' },
      { kind: 'answer' },
    ];
    for (const fault of passing) {
      stage.emulator.journal.clear();
      stage.emulator.faults.set({ ...fault, times: 1 });
      const { status } = await sample(proxy);
      expect({ fault, status, attempts: stage.emulator.journal.total }).toEqual({
        fault,
        status: 200,
        attempts: 2 + stage.listCalls,
      });
    }
  });

  test('a Retry-After that fits is waited for', async () => {
    const proxy = stage.proxies.usual;
    stage.emulator.faults.set({ kind: 'status', status: 429, retryAfter: '1', times: 1 });
    const startedAt = performance.now();
    const { status } = await sample(proxy);
    expect(status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000);
  });

  test('the deadline bounds a removal, whatever the attempts have left', async () => {
    const hurried = await startProxy({ ...stage.settings, ACS_DEADLINE_MS: '700', ACS_MAX_RETRIES: '10' });
    try {
      // The token is at hand before the clock of the call below starts.
      await sample(hurried);
      stage.emulator.faults.set({ kind: 'hang' });
      const startedAt = performance.now();
      const { body } = await sample(hurried);
      expect(body.error).toMatchObject({ code: 'UpstreamTimeout', message: expect.stringContaining('700 ms') });
      expect(performance.now() - startedAt).toBeLessThan(1500);
    } finally {
      await hurried.stop();
    }
  });

  test('nobody at the address of ACS is UpstreamUnavailable', async () => {
    const gone = await startEmulator();
    const proxy = await startProxy({ ...stage.settings, ...settingsFor(gone) });
    try {
      // The token is at hand before the service goes away.
      expect((await sample(proxy)).status).toBe(200);
      await gone.close();
      const { status, body } = await sample(proxy);
      expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'UpstreamUnavailable' });
    } finally {
      await proxy.stop();
    }
  });
}
