// The rows of the error table: how each is made to happen, and what comes of it.
import type { Fault } from '../../../dev/emulator/faults';
import type { ErrorCode } from '../../../shared/contract/errors';
import { type Answered, PRESENTER, post, ROOM, remove } from '../../harness/caller';
import { IN_PROCESS, type Mode, type RunningProxy } from '../../harness/proxy';
import type { Setup, Stage } from './stage';

export interface Row {
  code: ErrorCode;
  when: string;
  setup?: Setup;
  faults?: Fault[];
  send?: (proxy: RunningProxy) => Promise<Answered>;
  /** Attempts to call Rooms; 0 is what a fault of the caller or of the settings must cost. */
  attempts: number;
  /** How many of them reached the wire; all of them without it. */
  onTheWire?: number;
  error?: object;
  headers?: Record<string, string>;
}

export const sample = (proxy: RunningProxy) => remove(proxy, [PRESENTER]);
const inner = (status: number, code?: string) => ({
  innererror: { status, ...(code && { code }), requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
});

export function principal(...roles: string[]): Record<string, string> {
  const claims = [{ typ: 'azp', val: 'calling-app' }, ...roles.map((val) => ({ typ: 'roles', val }))];
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64') };
}

export function errorRows({ mode, listCalls }: Stage): Row[] {
  const rows: Row[] = [
    {
      code: 'InvalidRequest',
      when: 'the body is not what is described',
      send: (proxy) => post(proxy, { roomId: '..', participants: [PRESENTER, '4:+4917012345'], participant: [] }),
      attempts: 0,
      error: {
        details: [
          { code: 'InvalidValue', message: expect.stringContaining('room id'), target: 'roomId' },
          { code: 'InvalidValue', message: expect.stringContaining('phone number'), target: 'participants[1]' },
          { code: 'InvalidValue', message: expect.stringContaining('unknown'), target: 'participant' },
        ],
      },
    },
    {
      code: 'RejectedByRooms',
      when: 'ACS says 400',
      faults: [{ kind: 'status', status: 400 }],
      attempts: 1,
      error: { innererror: { ...inner(400, 'Bad Request').innererror, message: 'Emulated fault 400.' } },
    },
    {
      code: 'RejectedByRooms',
      when: 'ACS says another 4xx',
      faults: [{ kind: 'status', status: 409, code: 'Conflict' }],
      attempts: 1,
      error: { innererror: { ...inner(409, 'Conflict').innererror, message: 'Emulated fault 409.' } },
    },
    {
      code: 'Unauthenticated',
      when: 'a role is required and nobody is signed in',
      setup: 'withRole',
      attempts: 0,
      headers: { 'www-authenticate': 'Bearer' },
    },
    {
      code: 'Forbidden',
      when: 'the caller holds another role',
      setup: 'withRole',
      send: (proxy) => remove(proxy, [PRESENTER], principal('Rooms.Read')),
      attempts: 0,
    },
    {
      code: 'RoomNotFound',
      when: 'there is no such room',
      send: (proxy) => post(proxy, { roomId: 'nowhere', participants: [PRESENTER] }),
      attempts: 1,
      error: inner(404, 'NotFound'),
    },
    {
      code: 'RequestTooLarge',
      when: 'the body is over 256 KiB',
      send: (proxy) => post(proxy, `{"roomId":"${ROOM}","participants":["${PRESENTER}"]}${' '.repeat(256 * 1024)}`),
      attempts: 0,
    },
    {
      code: 'UnsupportedMediaType',
      when: 'the body is not called JSON',
      send: (proxy) => remove(proxy, [PRESENTER], { 'content-type': 'text/plain' }),
      attempts: 0,
    },
    {
      code: 'TooManyRequests',
      when: 'ACS throttles for longer than the deadline',
      faults: [{ kind: 'status', status: 429, retryAfter: '7' }],
      attempts: 1,
      headers: { 'retry-after': '7' },
      error: inner(429, 'TooManyRequests'),
    },
    { code: 'InternalError', when: 'the proxy has a defect', setup: 'withDefect', attempts: 1, onTheWire: 0 },
    {
      code: 'UpstreamAuthenticationFailed',
      when: 'ACS says 403 to the credential',
      faults: [{ kind: 'status', status: 403 }],
      attempts: 1,
      error: inner(403, 'Forbidden'),
    },
    {
      code: 'UnsupportedApiVersion',
      when: 'ACS has retired the version',
      faults: [{ kind: 'retired' }],
      attempts: 1,
      error: { message: expect.stringContaining('ACS_API_VERSION'), ...inner(400, 'UnsupportedApiVersion') },
    },
    {
      code: 'UpstreamError',
      when: 'ACS keeps failing',
      faults: [{ kind: 'status', status: 500 }],
      attempts: 2,
      error: inner(500, 'ServiceUnavailable'),
    },
    {
      code: 'InvalidUpstreamResponse',
      when: 'the answer is not JSON',
      faults: [{ kind: 'answer' }],
      attempts: 2,
    },
    { code: 'InvalidUpstreamResponse', when: 'the answer is cut short', faults: [{ kind: 'cut' }], attempts: 2 },
    {
      code: 'InvalidUpstreamResponse',
      when: 'the answer has another shape',
      faults: [{ kind: 'answer', body: '{"participants":"all"}' }],
      attempts: 2 + listCalls,
    },
    {
      code: 'InvalidUpstreamResponse',
      when: 'the answer is over 1 MiB',
      faults: [{ kind: 'answer', body: ' '.repeat(1024 * 1024 + 1) }],
      attempts: 1,
    },
    {
      code: 'InvalidUpstreamResponse',
      when: 'the answer is a redirect, which is not followed',
      faults: [{ kind: 'answer', status: 307, headers: { location: '/rooms/elsewhere' } }],
      attempts: 1,
    },
    {
      code: 'ParticipantsNotRemoved',
      when: 'ACS says 200 and removes nobody',
      faults: [{ kind: 'ignore' }],
      send: (proxy) => remove(proxy, [PRESENTER, '8:acs:not-there']),
      attempts: 1 + listCalls,
      error: {
        target: 'participants',
        details: [{ code: 'StillInRoom', message: expect.any(String), target: PRESENTER }],
      },
    },
    {
      code: 'UpstreamUnavailable',
      when: 'ACS says 503',
      faults: [{ kind: 'status', status: 503, retryAfter: '30' }],
      attempts: 1,
      headers: { 'retry-after': '30' },
      error: inner(503, 'ServiceUnavailable'),
    },
    { code: 'UpstreamUnavailable', when: 'the connection is reset', faults: [{ kind: 'reset' }], attempts: 2 },
    { code: 'CredentialUnavailable', when: 'no token can be had', setup: 'withoutCredential', attempts: 0 },
    {
      code: 'NotConfigured',
      when: 'a setting is missing',
      setup: 'withoutSettings',
      attempts: 0,
      error: {
        message: expect.stringContaining('ACS_ENDPOINT'),
        details: [{ code: 'InvalidSetting', message: 'ACS_ENDPOINT is missing.', target: 'ACS_ENDPOINT' }],
      },
    },
    { code: 'UpstreamTimeout', when: 'the last attempt allowed times out', faults: [{ kind: 'hang' }], attempts: 2 },
    { code: 'UpstreamTimeout', when: 'ACS says 408', faults: [{ kind: 'status', status: 408 }], attempts: 2 },
  ];
  return rows.filter(({ code }) => !impossible(mode).includes(code));
}

/** Codes that cannot come about: a key is at hand or it is not, and a defect takes a process of its own. */
export function impossible(mode: Mode): ErrorCode[] {
  return [
    ...(mode === 'access-key' ? ['CredentialUnavailable' as const] : []),
    ...(IN_PROCESS ? ['InternalError' as const] : []),
  ];
}
