// What an answer of Rooms that is no success means to callers.
import { apiVersions } from '../apiVersions';
import { type ErrorCode, type InnerError, ProxyError } from '../contract/errors';
import { innerErrorOf, messageOf } from '../upstream/acsAnswer';
import { parseRetryAfter } from '../upstream/retryAfter';
import type { WireAnswer } from '../upstream/transport';

/** Of the 5xx, those that another attempt may mend. */
const PASSING_FAILURES = new Set([500, 502, 503, 504]);

/** `UnsupportedApiVersion` is what ACS answers to a retired version; the others are its siblings in Azure. */
const REFUSED_API_VERSION = /^(?:Unsupported|Invalid|Missing)ApiVersion/i;

/** The error that callers see for an answer that is no success. */
export function failureOf(answer: WireAnswer, apiVersion: string): ProxyError {
  const inner = innerErrorOf(answer);
  const { status } = answer;
  if (status < 300 || status >= 400) {
    const [code, message] = meaningOf(status, inner, apiVersion);
    return new ProxyError(code, message, {
      ...(code === 'UnsupportedApiVersion' && { cause: advice() }),
      inner: code === 'RejectedByRooms' ? { ...inner, message: messageOf(answer) } : inner,
      retryAfterMs: parseRetryAfter(answer.headers['retry-after']),
      ...(status >= 500 && { retryable: PASSING_FAILURES.has(status) }),
    });
  }
  // Redirects are not followed: the token would go wherever they point.
  return new ProxyError('InvalidUpstreamResponse', `ACS answered with status ${status}, which is no answer to it.`, {
    inner,
    retryable: false,
  });
}

/** For the log: what the operator may change ACS_API_VERSION to. */
function advice(): Error {
  return new Error(`Set ACS_API_VERSION to one of ${Object.keys(apiVersions).join(', ')} that ACS still serves.`);
}

function meaningOf(status: number, { code = '' }: InnerError, apiVersion: string): [ErrorCode, string] {
  if (status < 500 && REFUSED_API_VERSION.test(code)) {
    return ['UnsupportedApiVersion', `ACS no longer serves api-version ${apiVersion}: change ACS_API_VERSION.`];
  }
  switch (status) {
    case 401:
    case 403:
      return ['UpstreamAuthenticationFailed', "ACS refused the proxy's own credential; the caller is not at fault."];
    case 404:
      return ['RoomNotFound', 'ACS knows no such room.'];
    case 408:
      return ['UpstreamTimeout', 'ACS gave up waiting for the request.'];
    case 429:
      return ['TooManyRequests', 'ACS is throttling; try again later.'];
    case 503:
      return ['UpstreamUnavailable', 'ACS is unavailable; try again later.'];
    default:
      return status >= 500
        ? ['UpstreamError', `ACS failed with status ${status}; try again later.`]
        : ['RejectedByRooms', `ACS refused the removal with status ${status}; innererror says why.`];
  }
}
