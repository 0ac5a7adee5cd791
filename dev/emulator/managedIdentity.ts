// GET /msi/token: the managed identity endpoint of App Service and Functions, api-version 2019-08-01.
import { AcsError, badRequest, type Call, type Reply } from './http';
import type { TokenIssuer } from './tokens';

/** Both spellings are in use: with the slash where the scope was written with two. */
export const ACS_AUDIENCES = ['https://communication.azure.com', 'https://communication.azure.com/'];

export interface ManagedIdentityOptions {
  tokens: TokenIssuer;
  /** What the app must send as X-IDENTITY-HEADER. */
  identityHeader: string;
  /** Client ids of the user-assigned identities of the app. */
  clientIds: string[];
  tokenLifetimeMs: number;
}

export function issueManagedIdentityToken(
  { query, headers }: Call,
  { tokens, identityHeader, clientIds, tokenLifetimeMs }: ManagedIdentityOptions,
): Reply {
  if (headers['x-identity-header'] !== identityHeader) {
    throw new AcsError(401, 'Unauthorized', 'X-IDENTITY-HEADER is missing or wrong.');
  }
  if (query.get('api-version') !== '2019-08-01') throw badRequest('The api-version must be 2019-08-01.');
  const resource = query.get('resource');
  if (!resource) throw badRequest('The query parameter resource is missing.');
  const clientId = query.get('client_id');
  if (clientId !== null && !clientIds.includes(clientId)) {
    throw badRequest('No user assigned managed identity found for the given client id.');
  }
  const { token, expiresAt } = tokens.issue(resource, tokenLifetimeMs, { appid: clientId ?? 'system-assigned' });
  return {
    status: 200,
    body: {
      access_token: token,
      expires_on: `${Math.floor(expiresAt / 1000)}`,
      resource,
      token_type: 'Bearer',
      ...(clientId !== null && { client_id: clientId }),
    },
  };
}
