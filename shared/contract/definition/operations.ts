// What both forms of the API's definition say alike: what the API is, its operations, which errors a status stands for.
import { type ErrorAnswer, type ErrorCode, errorCatalogue } from '../errors';
import { type ErrorText, errorTexts } from './errorTexts';

export const about = {
  title: 'Rooms removal proxy',
  version: PROXY_VERSION,
  description: 'Takes people out of an Azure Communication Services room: one call, one stable answer.',
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
};

export const tags = [
  { name: 'Rooms', description: 'What the proxy is for.' },
  { name: 'Operation', description: 'For those who run it.' },
];

export const removalOperation = {
  tags: ['Rooms'],
  operationId: 'RemoveParticipants',
  summary: 'Remove participants from a room',
  description:
    'Takes people out of a room, now, and says who is left. Idempotent: removing someone who is not there succeeds, so ' +
    'callers may always retry.',
};

export const healthOperation = {
  tags: ['Operation'],
  operationId: 'GetHealth',
  summary: 'Check the health of the proxy',
  description: 'Whether settings, credential and circuit allow a removal now. Makes no call to ACS.',
};

/** Each status of `catalogue` once, in ascending order. */
export function statusesOf(catalogue: typeof errorCatalogue): number[] {
  return [...new Set(Object.values(catalogue).map(({ status }) => status))].sort((a, b) => a - b);
}

/** The errors that are answered with `status`. */
export function errorsOf(status: number): ({ code: ErrorCode } & ErrorText)[] {
  return (Object.keys(errorCatalogue) as ErrorCode[])
    .filter((code) => errorCatalogue[code].status === status)
    .map((code) => ({ code, ...errorTexts[code] }));
}

export function errorExample(code: ErrorCode): ErrorAnswer {
  return { error: { code, ...errorTexts[code].example }, requestId: '5f0c5bb1-6a7c-4b8e-9a53-2f3f4c1f0b7e' };
}
