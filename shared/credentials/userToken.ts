// Credential mode `user-token`: an access token of an ACS user, issued by the Identity service of the resource.
import * as z from 'zod/mini';
import { asProxyError, ProxyError } from '../contract/errors';
import { innerErrorOf, isSuccess, parseBody, readShape } from '../upstream/acsAnswer';
import { Deadline } from '../upstream/deadline';
import { Resilience, type ResilienceOptions } from '../upstream/resilience';
import { parseRetryAfter } from '../upstream/retryAfter';
import type { Transport, WireAnswer } from '../upstream/transport';
import { type Authorizer, sendAuthorised } from './authorizer';
import { bearer } from './bearer';
import { type ExpiringToken, TokenCache } from './tokenCache';

const API_VERSION = '2023-10-01';
/** The shortest life Identity grants: the token never leaves this process, which renews it in time. */
const LIFETIME_MINUTES = 60;

/** Longest time the request for a token may take, retries included, in milliseconds. */
const TOKEN_TIMEOUT_MS = 15_000;

const issuedSchema = z.object({ token: z.string().check(z.minLength(1)), expiresOn: z.iso.datetime({ offset: true }) });

export interface UserTokenOptions {
  /** The ACS user, for example `8:acs:<resource>_<user>`. */
  userId: string;
  transport: Transport;
  /** How the request for the token is authorised itself. */
  issuer: Authorizer;
  retries: ResilienceOptions;
  /** Told where a token could not be renewed while the one at hand still serves. */
  onRenewalFailure: (cause: unknown) => void;
}

export function createUserTokenAuthorizer(options: UserTokenOptions): Authorizer {
  const { userId, transport, issuer, retries, onRenewalFailure } = options;
  const resilience = new Resilience(retries);

  async function fetch(): Promise<ExpiringToken> {
    const deadline = new Deadline(TOKEN_TIMEOUT_MS);
    try {
      return await resilience.run(
        async (timeoutMs) =>
          readToken(
            await sendAuthorised(
              {
                method: 'POST',
                path: `/identities/${encodeURIComponent(userId)}/:issueAccessToken?api-version=${API_VERSION}`,
                headers: { 'content-type': 'application/json' },
                body: JSON.stringify({ scopes: ['voip'], expiresInMinutes: LIFETIME_MINUTES }),
              },
              { transport, authorizer: issuer, deadline, timeoutMs },
            ),
          ),
        deadline,
      );
    } catch (thrown) {
      const { inner, retryAfterMs } = asProxyError(thrown);
      const message = 'No access token of the ACS user could be had.';
      throw new ProxyError('CredentialUnavailable', message, { cause: thrown, inner, retryAfterMs });
    }
  }

  return bearer(new TokenCache({ fetch, onRenewalFailure }));
}

function readToken(answer: WireAnswer): ExpiringToken {
  if (!isSuccess(answer)) {
    throw new ProxyError('CredentialUnavailable', `Identity answered with status ${answer.status}.`, {
      inner: innerErrorOf(answer),
      retryable: answer.status === 408 || answer.status === 429 || answer.status >= 500,
      retryAfterMs: parseRetryAfter(answer.headers['retry-after']),
    });
  }
  const { token, expiresOn } = readShape(issuedSchema, parseBody(answer));
  return { token, expiresAt: Date.parse(expiresOn) };
}
