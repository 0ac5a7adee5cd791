// The emulator's side of HTTP: one request as the handlers see it, one reply as they give it.
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Call {
  method: string;
  /** Percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  /** Path and query as they came: what a signature covers. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Written as JSON; a string as it is. */
  body?: unknown;
}

/** Thrown by a handler to answer with the error shape of ACS. */
export class AcsError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  get reply(): Reply {
    return {
      status: this.status,
      headers: { ...this.headers, 'x-ms-error-code': this.code },
      body: { error: { code: this.code, message: this.message } },
    };
  }
}

export const badRequest = (message: string) => new AcsError(400, 'Bad Request', message);

/** The JSON object in the body of a call. */
export function jsonObject(call: Call, mediaType = 'application/json'): Record<string, unknown> {
  const given = call.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given !== mediaType) throw new AcsError(415, 'Unsupported Media Type', `The content type must be ${mediaType}.`);
  let value: unknown;
  try {
    value = JSON.parse(call.body);
  } catch {
    throw badRequest('The request body is not valid JSON.');
  }
  if (!isObject(value)) throw badRequest('The request body must be a JSON object.');
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Headers that every answer of ACS carries. */
export function serviceHeaders(call: Pick<Call, 'headers'>): Record<string, string> {
  const clientRequestId = call.headers['x-ms-client-request-id'];
  return {
    'x-ms-request-id': randomUUID(),
    'ms-cv': `${createHash('sha256').update(randomUUID()).digest('base64').slice(0, 22)}.0`,
    ...(typeof clientRequestId === 'string' && { 'x-ms-client-request-id': clientRequestId }),
  };
}
