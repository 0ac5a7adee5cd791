// What the API's definition says of each error: when it comes, and an example.
import type { ErrorAnswer, ErrorCode } from '../errors';

export interface ErrorText {
  /** Continues "when". */
  when: string;
  example: Omit<ErrorAnswer['error'], 'code'>;
  /** Whether the answer may say, in Retry-After, when to come again. */
  retryAfter?: boolean;
}

const inner = (status: number, code: string) => ({ code, status, requestId: '2f6d9a1c-6d0b-4b52-a2c5-5e2f0f7f6c11' });

export const errorTexts: Record<ErrorCode, ErrorText> = {
  InvalidRequest: {
    when: 'the body is not a removal request; one detail for each fault',
    example: {
      message: 'The request has one fault; nothing was removed.',
      target: 'participants',
      details: [{ code: 'InvalidValue', message: 'At least one participant must be named.', target: 'participants' }],
    },
  },
  RejectedByRooms: {
    when: 'ACS refused the request; its code and message are in innererror',
    example: {
      message: 'ACS refused the removal with status 400; innererror says why.',
      innererror: inner(400, 'Bad Request'),
    },
  },
  Unauthenticated: {
    when: 'an app role is required, and nobody is signed in (also, without a body, where the function key is missing)',
    example: { message: 'Sign in first: App Service authentication knows no caller here.' },
  },
  Forbidden: {
    when: 'an app role is required, and the caller does not hold it',
    example: { message: 'The caller does not hold the app role that removing people requires.' },
  },
  RoomNotFound: {
    when: 'ACS knows no such room',
    example: { message: 'ACS knows no such room.', innererror: inner(404, 'NotFound') },
  },
  RequestTooLarge: {
    when: 'the body is over 256 KiB',
    example: { message: 'The body is over 256 KiB; nothing was removed.' },
  },
  UnsupportedMediaType: {
    when: 'the content type is not JSON in UTF-8, or the body is compressed',
    example: { message: 'The body must be JSON in UTF-8: content-type: application/json.' },
  },
  TooManyRequests: {
    when: 'ACS throttles, and waiting would pass the deadline',
    example: { message: 'ACS is throttling; try again later.', innererror: inner(429, 'TooManyRequests') },
    retryAfter: true,
  },
  InternalError: {
    when: 'the proxy has a defect; its log has the cause',
    example: { message: 'The proxy failed; its log has the cause under this request id.' },
  },
  UpstreamAuthenticationFailed: {
    when: "ACS refused the proxy's own credential; the caller is not at fault",
    example: {
      message: "ACS refused the proxy's own credential; the caller is not at fault.",
      innererror: inner(403, 'Forbidden'),
    },
  },
  UnsupportedApiVersion: {
    when: 'ACS no longer serves the api-version that the proxy is set to',
    example: {
      message: 'ACS no longer serves api-version 2022-02-01: change ACS_API_VERSION.',
      innererror: inner(400, 'UnsupportedApiVersion'),
    },
  },
  UpstreamError: {
    when: 'ACS failed, and trying again did not help',
    example: { message: 'ACS failed with status 500; try again later.', innererror: inner(500, 'ServiceUnavailable') },
  },
  InvalidUpstreamResponse: {
    when: 'the answer of ACS was not JSON, cut short, or not of the expected shape',
    example: { message: 'The answer of ACS was cut short.' },
  },
  ParticipantsNotRemoved: {
    when: 'ACS accepted the removal and still lists someone who was to go; details names them',
    example: {
      message: 'ACS accepted the removal, yet 1 of the 1 named are still in the room.',
      target: 'participants',
      details: [
        { code: 'StillInRoom', message: 'The participant is still in the room.', target: '8:acs:<resource>_<user>' },
      ],
    },
  },
  UpstreamUnavailable: {
    when: 'ACS said 503, there is no connection, the circuit is open, or the instance is busy',
    example: { message: 'ACS has been failing and is not asked for a moment.' },
    retryAfter: true,
  },
  CredentialUnavailable: {
    when: 'no token for ACS could be had',
    example: { message: 'No token for ACS could be had from the managed identity of the app.' },
    retryAfter: true,
  },
  NotConfigured: {
    when: 'a setting of the proxy is missing or wrong; the message names each',
    example: {
      message: 'The proxy is not configured: ACS_ENDPOINT is missing.',
      details: [{ code: 'InvalidSetting', message: 'ACS_ENDPOINT is missing.', target: 'ACS_ENDPOINT' }],
    },
  },
  UpstreamTimeout: {
    when: 'the deadline passed, or the last attempt allowed timed out; the removal may have taken effect, and may be repeated',
    example: { message: 'ACS did not answer within 5000 ms.' },
  },
};
