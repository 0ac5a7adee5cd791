// The catalogue of everything that can go wrong, as callers see it, and the one error type that carries an entry of it.
import * as z from 'zod/mini';

/**
 * Code -> HTTP status of the answer, and whether another attempt of the same call to ACS may mend it.
 *
 * Nothing else in the proxy decides a status. `retryable` speaks of the proxy's own attempts; callers may retry
 * whatever they like, since removing is idempotent.
 */
export const errorCatalogue = {
  InvalidRequest: { status: 400, retryable: false },
  RejectedByRooms: { status: 400, retryable: false },
  Unauthenticated: { status: 401, retryable: false },
  Forbidden: { status: 403, retryable: false },
  RoomNotFound: { status: 404, retryable: false },
  RequestTooLarge: { status: 413, retryable: false },
  UnsupportedMediaType: { status: 415, retryable: false },
  TooManyRequests: { status: 429, retryable: true },
  InternalError: { status: 500, retryable: false },
  UpstreamAuthenticationFailed: { status: 502, retryable: false },
  UnsupportedApiVersion: { status: 502, retryable: false },
  UpstreamError: { status: 502, retryable: true },
  InvalidUpstreamResponse: { status: 502, retryable: true },
  ParticipantsNotRemoved: { status: 502, retryable: false },
  UpstreamUnavailable: { status: 503, retryable: true },
  CredentialUnavailable: { status: 503, retryable: false },
  NotConfigured: { status: 503, retryable: false },
  UpstreamTimeout: { status: 504, retryable: true },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

const errorDetailSchema = z.object({
  code: z.string(),
  message: z.string(),
  target: z.optional(z.string()),
});

const innerErrorSchema = z.object({
  /** Error code of ACS, where it gave one. */
  code: z.optional(z.string()),
  /** Message of ACS, where it says what the caller could change. */
  message: z.optional(z.string()),
  /** HTTP status of ACS. */
  status: z.optional(z.number()),
  /** `x-ms-request-id` of ACS: what Microsoft's support asks for. */
  requestId: z.optional(z.string()),
});

/** The body of every answer that is not a 200; the shape of the Azure REST guidelines. */
export const errorAnswerSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    target: z.optional(z.string()),
    details: z.optional(z.array(errorDetailSchema)),
    innererror: z.optional(innerErrorSchema),
  }),
  requestId: z.string(),
});

export type ErrorDetail = z.infer<typeof errorDetailSchema>;
export type InnerError = z.infer<typeof innerErrorSchema>;
export type ErrorAnswer = z.infer<typeof errorAnswerSchema>;

interface ProxyErrorOptions {
  /** The field of the request that is at fault. */
  target?: string | undefined;
  details?: ErrorDetail[] | undefined;
  /** What ACS said, as far as callers may see it. */
  inner?: InnerError | undefined;
  /** Milliseconds after which another try makes sense, where known. */
  retryAfterMs?: number | undefined;
  /** Overrides the catalogue where this one case is known not to mend (or to mend) by another attempt. */
  retryable?: boolean | undefined;
  /** What led here: for the log, never for the answer. */
  cause?: unknown;
}

/** Thrown by every step of a removal that cannot go on; `code` is an entry of {@link errorCatalogue}. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly target: string | undefined;
  readonly details: ErrorDetail[] | undefined;
  readonly inner: InnerError | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: ProxyErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.retryable = options.retryable ?? errorCatalogue[code].retryable;
    this.target = options.target;
    this.details = options.details;
    this.inner = options.inner;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** HTTP status of the answer to the caller. */
  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

/** Whatever was thrown, as an entry of the catalogue: what is not ours is a defect, and keeps its inside to itself. */
export function asProxyError(thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown;
  return new ProxyError('InternalError', 'The proxy failed; its log has the cause under this request id.', {
    cause: thrown,
  });
}
