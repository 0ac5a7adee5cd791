// Reading what ACS answers: JSON by schema, and what its errors say of themselves.
import * as z from 'zod/mini';
import { type InnerError, ProxyError } from '../contract/errors';
import { withoutSecrets } from '../redact';
import type { WireAnswer } from './transport';

/** Longest text of ACS that is passed on, in characters. */
const MAX_TEXT_LENGTH = 1024;

/** `text` as it may be passed on: not without end, and without a credential that ACS or a middlebox may have echoed. */
function passable(long: string): string {
  return withoutSecrets(long.slice(0, MAX_TEXT_LENGTH));
}

const text = z.catch(z.optional(z.pipe(z.string(), z.transform(passable))), undefined);

/** Every part may be absent: an error whose body cannot be read is still an error of that status. */
const errorBodySchema = z.object({ error: z.object({ code: text, message: text }) });

/**
 * The value in a JSON body; undefined where the body is empty.
 *
 * @throws ProxyError `InvalidUpstreamResponse` where the body is not JSON
 */
export function parseBody(answer: WireAnswer): unknown {
  if (answer.body === '') return undefined;
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

export function isSuccess({ status }: WireAnswer): boolean {
  return status >= 200 && status < 300;
}

/** Code, status and request id of an answer, for those who have to ask Microsoft about it. */
export function innerErrorOf(answer: WireAnswer): InnerError {
  return {
    code: errorOf(answer)?.code ?? headerOf(answer, 'x-ms-error-code'),
    status: answer.status,
    requestId: headerOf(answer, 'x-ms-request-id'),
  };
}

/** The message of an error of ACS, where it has one. */
export function messageOf(answer: WireAnswer): string | undefined {
  return errorOf(answer)?.message;
}

function headerOf({ headers }: WireAnswer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? passable(value) : undefined;
}

function errorOf({ body }: WireAnswer): z.output<typeof errorBodySchema>['error'] | undefined {
  try {
    return z.safeParse(errorBodySchema, JSON.parse(body)).data?.error;
  } catch {
    // Not JSON: the status alone has to do.
    return undefined;
  }
}
