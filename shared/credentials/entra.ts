// Credential mode `entra`: a Microsoft Entra token from @azure/identity as a bearer token.
import type { TokenCredential } from '@azure/identity';
import { ProxyError } from '../contract/errors';
import type { EntraSettings } from '../settings';
import type { Authorizer } from './authorizer';
import { type ExpiringToken, TokenCache } from './tokenCache';

const SCOPE = 'https://communication.azure.com/.default';

/**
 * Longest time one request for a token may take, in milliseconds. Without it a token endpoint that hangs would hold
 * the one request that all removals wait for.
 */
const TOKEN_TIMEOUT_MS = 15_000;

const SOURCES = {
  managedIdentity: { load: () => import('./managedIdentity'), name: 'the managed identity of the app' },
  developerSignIn: { load: () => import('./developerSignIn'), name: "the developer's sign-in" },
} as const;

/** @param onRenewalFailure told where a token could not be renewed while the one at hand still serves */
export function createEntraAuthorizer(settings: EntraSettings, onRenewalFailure: (cause: unknown) => void): Authorizer {
  const source = SOURCES[settings.source];
  let credential: Promise<TokenCredential> | undefined;

  async function fetch(): Promise<ExpiringToken> {
    const timeout = AbortSignal.timeout(TOKEN_TIMEOUT_MS);
    try {
      // The identity library loads here, not with the app: it costs more than the rest of the proxy together.
      credential ??= source.load().then(({ createCredential }) => createCredential(settings.clientId));
      const { getToken } = bound(await credential);
      const accessToken = await Promise.race([getToken(SCOPE, { abortSignal: timeout }), aborted(timeout)]);
      if (!accessToken) throw new Error('The credential returned no token.');
      const { token, expiresOnTimestamp: expiresAt, refreshAfterTimestamp: renewAt } = accessToken;
      return { token, expiresAt, renewAt };
    } catch (cause) {
      throw new ProxyError('CredentialUnavailable', `No token for ACS could be had from ${source.name}.`, { cause });
    }
  }

  const tokens = new TokenCache({ fetch, onRenewalFailure });
  return { authorise: async () => ({ authorization: `Bearer ${await tokens.get()}` }) };
}

function bound(credential: TokenCredential): TokenCredential {
  return { getToken: (scopes, options) => credential.getToken(scopes, options) };
}

/** Rejects when `signal` fires: not every credential heeds the signal it is given. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
