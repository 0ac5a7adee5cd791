// Credential mode `entra`: a Microsoft Entra token from @azure/identity as a bearer token.
import type { TokenCredential } from '@azure/identity';
import { ProxyError } from '../contract/errors';
import type { EntraSettings } from '../settings';
import type { Authorizer } from './authorizer';
import { bearer } from './bearer';
import { type ExpiringToken, TokenCache } from './tokenCache';

/**
 * The scope in its two spellings, both of which ACS takes (its own clients send the second). @azure/identity caches by
 * scope and knows no forced refresh: after a token was refused, the other spelling is what gets a new one.
 */
const SCOPES = ['https://communication.azure.com/.default', 'https://communication.azure.com//.default'] as const;

const SOURCES = {
  // A service on the same host: what takes it longer than this will not come.
  managedIdentity: {
    load: () => import('./managedIdentity'),
    name: 'the managed identity of the app',
    timeoutMs: 5_000,
  },
  // Starts command-line tools, one after the other.
  developerSignIn: { load: () => import('./developerSignIn'), name: "the developer's sign-in", timeoutMs: 20_000 },
} as const;

/** @param onRenewalFailure told where a token could not be renewed while the one at hand still serves */
export function createEntraAuthorizer(settings: EntraSettings, onRenewalFailure: (cause: unknown) => void): Authorizer {
  const source = SOURCES[settings.source];
  let credential: Promise<TokenCredential> | undefined;
  let refusals = 0;

  async function fetch(): Promise<ExpiringToken> {
    const timeout = AbortSignal.timeout(source.timeoutMs);
    try {
      // The identity library loads here, not with the app: it costs more than the rest of the proxy together.
      credential ??= source.load().then(({ createCredential }) => createCredential(settings.clientId));
      const getting = (await credential).getToken(SCOPES[refusals % 2 === 0 ? 0 : 1], { abortSignal: timeout });
      const accessToken = await Promise.race([getting, aborted(timeout)]);
      if (!accessToken) throw new Error('The credential returned no token.');
      const { token, expiresOnTimestamp: expiresAt, refreshAfterTimestamp: renewAt } = accessToken;
      return { token, expiresAt, renewAt };
    } catch (cause) {
      throw new ProxyError('CredentialUnavailable', `No token for ACS could be had from ${source.name}.`, { cause });
    }
  }

  return bearer(new TokenCache({ fetch, onRenewalFailure }), () => {
    refusals += 1;
  });
}

/** Rejects when `signal` fires: not every credential heeds the signal it is given. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
