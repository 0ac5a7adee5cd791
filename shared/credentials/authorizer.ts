// The seam between a request to ACS and the way it is authorised.
import type { Deadline } from '../upstream/deadline';
import type { Transport, WireAnswer, WireRequest } from '../upstream/transport';

export type AuthorisingHeaders = Record<string, string>;

export interface Authorizer {
  /**
   * The headers that authorise `request`, for one attempt: at once where they are at hand, as they nearly always are.
   *
   * @throws ProxyError `CredentialUnavailable`, by rejecting
   */
  authorise(request: WireRequest): AuthorisingHeaders | Promise<AuthorisingHeaders>;

  /** Resolves where a request could be authorised now; rejects as `authorise` does. */
  ready(): Promise<unknown>;

  /**
   * Told that ACS answered 401 to a request with these headers.
   *
   * @returns whether other headers can be had, so that another try makes sense
   */
  refused(headers: AuthorisingHeaders): boolean;
}

export interface AuthorisedSend {
  transport: Transport;
  authorizer: Authorizer;
  deadline: Deadline;
  /** Milliseconds one exchange may take. */
  timeoutMs: number;
}

/**
 * One exchange with authorisation; a second one where ACS refused the first as unauthenticated and the credential could
 * be renewed, since a token may be revoked before it expires.
 */
export async function sendAuthorised(
  request: WireRequest,
  { transport, authorizer, deadline, timeoutMs }: AuthorisedSend,
): Promise<WireAnswer> {
  for (let refusals = 0; ; refusals += 1) {
    const authorised = authorizer.authorise(request);
    const headers = authorised instanceof Promise ? await deadline.race(authorised) : authorised;
    const answer = await transport.send(
      { ...request, headers: { ...request.headers, ...headers } },
      Math.min(timeoutMs, deadline.remainingMs),
    );
    if (answer.status !== 401 || refusals > 0 || !authorizer.refused(headers)) return answer;
  }
}
