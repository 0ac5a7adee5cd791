// The proxy's side of HTTP towards callers: reading a JSON body within its bounds, writing an answer.
import { type Answer, COMMON_HEADERS } from './answer';
import { type ErrorAnswer, ProxyError } from './errors';
import { invalidRequest } from './removalRequest';
import type { RemovalResult } from './removalResult';

const MAX_BODY_BYTES = 256 * 1024;

/** One for all: it keeps nothing from one body to the next. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The part of an HTTP request that the proxy reads; the programming model's HttpRequest is one. */
export interface CallerRequest {
  headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * The JSON value in the body.
 *
 * @throws ProxyError `RequestTooLarge`, `UnsupportedMediaType`, or `InvalidRequest` where the body is not JSON
 */
export async function readJson(request: CallerRequest): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge();
  if (!isJson(request.headers.get('content-type'))) {
    throw new ProxyError('UnsupportedMediaType', 'The body must be JSON in UTF-8: content-type: application/json.');
  }
  // The Functions host hands compressed bodies on as they are.
  if ((request.headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity') {
    throw new ProxyError('UnsupportedMediaType', 'The body must be sent as it is, with no content-encoding.');
  }
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    const message = bytes.byteLength === 0 ? 'The body is empty.' : 'The body is not JSON in UTF-8.';
    throw invalidRequest([{ code: 'InvalidValue', message, target: 'body' }], cause);
  }
}

function tooLarge(): ProxyError {
  return new ProxyError('RequestTooLarge', `The body is over ${MAX_BODY_BYTES / 1024} KiB; nothing was removed.`);
}

/** `application/json` or `…+json`, in no other charset than UTF-8 (RFC 8259, section 8.1). */
function isJson(contentType: string | null): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  if (!/^application\/(?:[\w.!#$&^-]+\+)?json$/.test(type.trim())) return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.trim().split('=');
    return name !== 'charset' || /^"?utf-?8"?$/.test(value);
  });
}

/** The 200 for a removal that went through. */
export function resultAnswer(result: RemovalResult): Answer {
  return { status: 200, headers: headersFor(result.requestId), body: JSON.stringify(result) };
}

/** The answer for a removal that did not go through. */
export function errorAnswer(error: ProxyError, requestId: string): Answer {
  const { code, message, target, details, inner: innererror, retryAfterMs } = error;
  const body: ErrorAnswer = { error: { code, message, target, details, innererror }, requestId };
  return {
    status: error.status,
    headers: {
      ...headersFor(requestId),
      'x-ms-error-code': code,
      // RFC 9110, section 10.2.3: whole seconds; rounded up, so that nobody comes back too early.
      ...(retryAfterMs !== undefined && { 'retry-after': `${Math.ceil(retryAfterMs / 1000)}` }),
      // RFC 9110, section 15.5.2: a 401 names the scheme.
      ...(error.status === 401 && { 'www-authenticate': 'Bearer' }),
    },
    body: JSON.stringify(body),
  };
}

function headersFor(requestId: string): Record<string, string> {
  return { ...COMMON_HEADERS, 'x-ms-client-request-id': requestId };
}
