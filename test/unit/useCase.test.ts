// The flow of one removal around its parts: what is answered, logged and told to telemetry.
import { AdmissionControl, MAX_REMOVALS } from '../../shared/admission';
import { ProxyError } from '../../shared/contract/errors';
import { type Invocation, removeParticipants, type Service } from '../../shared/removeParticipants';
import type { RoomsCall } from '../../shared/rooms/rooms';
import { createService } from '../../shared/service';
import { readSettings } from '../../shared/settings';

const WHO = ['8:acs:a', '8:acs:b'];
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

type Remove = Service['rooms']['remove'];

/** One removal through a service whose rooms are `remove`. */
async function removal(remove: Remove, more: Partial<Service> = {}, traceContext?: Invocation['traceContext']) {
  const lines: string[] = [];
  const sink = (line: string) => void lines.push(line);
  const service = {
    rooms: { remove },
    deadlineMs: 5000,
    callers: { principalVouched: false, requiredAppRole: undefined },
    admission: new AdmissionControl(),
    ...more,
  } as Service;
  const body = new TextEncoder().encode(JSON.stringify({ roomId: 'r', participants: WHO })).buffer as ArrayBuffer;
  const answer = await removeParticipants(
    { headers: new Headers({ 'content-type': 'application/json', traceparent: TRACE }), arrayBuffer: async () => body },
    { invocationId: 'it', info: sink, warn: sink, error: sink, traceContext },
    async () => service,
  );
  expect(lines).toHaveLength(1);
  return { status: answer.status, body: JSON.parse(answer.body), record: JSON.parse(lines[0] ?? ''), service };
}

test('who is gone and who is there is answered, counted and logged', async () => {
  const asked: unknown[] = [];
  const { status, body, record } = await removal(async (roomId, rawIds, { headers, deadline, trace }: RoomsCall) => {
    asked.push(roomId, rawIds, headers);
    expect(deadline.remainingMs).toBeGreaterThan(4000);
    trace.attempts += 2;
    trace.retries += 1;
    trace.upstreamMs += 7;
    return [{ rawId: '8:acs:c', role: 'Attendee' }];
  });
  expect(asked).toEqual(['r', WHO, { 'x-ms-client-request-id': 'it', traceparent: TRACE }]);
  const participants = [{ rawId: '8:acs:c', role: 'Attendee' }];
  expect({ status, body }).toEqual({ status: 200, body: { roomId: 'r', removed: WHO, participants, requestId: 'it' } });
  expect(record).toEqual({
    event: 'removal',
    requestId: 'it',
    roomId: 'r',
    asked: 2,
    removed: 2,
    left: 1,
    status: 200,
    attempts: 2,
    retries: 1,
    code: 'Removed',
    upstreamMs: 7,
    totalMs: expect.any(Number),
  });
  expect(record.totalMs).toBeLessThan(2000);
});

test('before ACS is asked, nothing has been counted', async () => {
  const { record } = await removal(async () => {
    throw new ProxyError('RoomNotFound', 'No.');
  });
  expect(record).toMatchObject({ attempts: 0, retries: 0, upstreamMs: 0, code: 'RoomNotFound', status: 404 });
});

test('someone who is still listed, in whatever case, has not been removed', async () => {
  const { status, body } = await removal(async () => [{ rawId: '8:ACS:B' }, { rawId: '8:acs:c' }]);
  expect(status).toBe(502);
  expect(body.error).toEqual({
    code: 'ParticipantsNotRemoved',
    message: 'ACS accepted the removal, yet 1 of the 2 named are still in the room.',
    target: 'participants',
    details: [{ code: 'StillInRoom', message: 'The participant is still in the room.', target: '8:acs:b' }],
  });
});

test('the place is given back, whatever became of the removal', async () => {
  const admission = new AdmissionControl();
  for (let times = 0; times <= MAX_REMOVALS; times += 1) {
    const { status } = await removal(
      async () => {
        if (times % 2) throw new Error('a defect');
        return [];
      },
      { admission },
    );
    expect(status).toBe(times % 2 ? 500 : 200);
  }
});

test.each<[string, Invocation['traceContext'], object]>([
  ['the span of the host', { traceParent: 'host', traceState: 's=1' }, { traceparent: 'host', tracestate: 's=1' }],
  ['the span of the host, which has no state', { traceParent: 'host' }, { traceparent: 'host', tracestate: '' }],
  ['the caller, where the host has none', { traceParent: '' }, { traceparent: TRACE }],
  ['the caller, where there is no context', undefined, { traceparent: TRACE }],
])('telemetry gets a span below %s, told of the outcome', async (_, traceContext, parent) => {
  const parents: object[] = [];
  const outcomes: object[] = [];
  const span = { attempt: () => ({ headers: {}, end() {} }), end: (outcome: object) => void outcomes.push(outcome) };
  const telemetry: NonNullable<Service['telemetry']> = {
    removal(given) {
      parents.push(given);
      return span;
    },
    shutDown: async () => {},
  };
  let seen: unknown;
  await removal(
    async (_room, _ids, call) => {
      seen = call.span;
      return [];
    },
    { telemetry },
    traceContext,
  );
  expect(parents).toEqual([expect.objectContaining(parent)]);
  expect(seen).toBe(span);
  expect(outcomes).toEqual([expect.objectContaining({ status: 200, removed: 2, totalMs: expect.any(Number) })]);
});

test('settings that are wrong make no service, and each is named', async () => {
  const wrong = readSettings({ ACS_ENDPOINT: 'nowhere', ACS_MAX_RETRIES: 'many' });
  const endpoint = 'ACS_ENDPOINT must be a URL such as https://<resource>.communication.azure.com';
  const retries = 'ACS_MAX_RETRIES must be a whole number from 0 to 10';
  await expect(createService(wrong)).rejects.toMatchObject({
    code: 'NotConfigured',
    message: `The proxy is not configured: ${endpoint}; ${retries}.`,
    details: [
      { code: 'InvalidSetting', message: `${endpoint}.`, target: 'ACS_ENDPOINT' },
      { code: 'InvalidSetting', message: `${retries}.`, target: 'ACS_MAX_RETRIES' },
    ],
  });
});

test('without an endpoint for it there is no telemetry', async () => {
  const settings = { ACS_ENDPOINT: 'https://resource.example', ACS_AUTH_MODE: 'access-key', ACS_ACCESS_KEY: 'YWJj' };
  const service = await createService(readSettings(settings));
  expect(service).not.toHaveProperty('telemetry');
  expect(service.circuit.state).toBe('closed');
});
