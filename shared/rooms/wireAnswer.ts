// Reading what ACS answers: the JSON of a success by schema, anything else as the error that callers see for it.
import * as z from 'zod/mini';
import { type ErrorCode, type InnerError, ProxyError } from '../contract/errors';
import { parseRetryAfter } from '../upstream/retryAfter';
import type { WireAnswer } from '../upstream/transport';

/** Longest message of ACS that is passed on, in characters. */
const MAX_MESSAGE_LENGTH = 1024;

/** Of the 5xx, those that another attempt may mend. */
const PASSING_FAILURES = new Set([500, 502, 503, 504]);

/** `UnsupportedApiVersion` is what ACS answers to a retired version; the others are its siblings in Azure. */
const REFUSED_API_VERSION = /^(?:Unsupported|Invalid|Missing)ApiVersion/i;

/** Every part may be absent: an error whose body cannot be read is still an error of that status. */
const errorBodySchema = z.object({
  error: z.object({
    code: z.catch(z.optional(z.string()), undefined),
    message: z.catch(z.optional(z.string()), undefined),
  }),
});

/**
 * The JSON body of a success.
 *
 * @throws ProxyError for any other status, and `InvalidUpstreamResponse` where the body is not JSON
 */
export function bodyOf(answer: WireAnswer, apiVersion: string): unknown {
  if (answer.status < 200 || answer.status > 299) throw failureOf(answer, apiVersion);
  try {
    return JSON.parse(answer.body);
  } catch (cause) {
    throw new ProxyError('InvalidUpstreamResponse', 'The answer of ACS is not JSON.', {
      cause,
      inner: innerErrorOf(answer),
    });
  }
}

/**
 * `body` by `schema`.
 *
 * @throws ProxyError `InvalidUpstreamResponse`
 */
export function readShape<Schema extends z.core.$ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = z.safeParse(schema, body);
  if (parsed.success) return parsed.data;
  throw new ProxyError('InvalidUpstreamResponse', 'The answer of ACS has not the expected shape.', {
    cause: parsed.error,
  });
}

function failureOf(answer: WireAnswer, apiVersion: string): ProxyError {
  const inner = innerErrorOf(answer);
  const { status } = answer;
  if (status < 300 || status >= 400) {
    const [code, message] = meaningOf(status, inner, apiVersion);
    return new ProxyError(code, message, {
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

function innerErrorOf(answer: WireAnswer): InnerError {
  return {
    code: errorOf(answer)?.code ?? headerOf(answer, 'x-ms-error-code'),
    status: answer.status,
    requestId: headerOf(answer, 'x-ms-request-id'),
  };
}

function messageOf(answer: WireAnswer): string | undefined {
  return errorOf(answer)?.message?.slice(0, MAX_MESSAGE_LENGTH);
}

function headerOf({ headers }: WireAnswer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.slice(0, MAX_MESSAGE_LENGTH) : undefined;
}

function errorOf({ body }: WireAnswer): z.output<typeof errorBodySchema>['error'] | undefined {
  try {
    return z.safeParse(errorBodySchema, JSON.parse(body)).data?.error;
  } catch {
    // Not JSON: the status alone has to do.
    return undefined;
  }
}
