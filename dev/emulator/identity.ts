// The Identity service of the resource: ACS users and their access tokens.
import { randomUUID } from 'node:crypto';
import { AcsError, badRequest, type Call, jsonObject, type Reply } from './http';
import type { TokenIssuer } from './tokens';

/** Audience of an ACS user access token. */
export const USER_AUDIENCE = 'acs-user';

const SCOPES = ['chat', 'voip', 'chat.join', 'chat.join.limited', 'voip.join'];
const RESOURCE = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_';

/** What these endpoints answer, or undefined where the path is none of them. */
export function answerIdentity(call: Call, segments: string[], tokens: TokenIssuer): Reply | undefined {
  const [collection, id, action, ...more] = segments;
  if (collection !== 'identities' || more.length > 0) return undefined;
  switch (`${call.method} ${id === undefined ? '/' : (action ?? '{id}')}`) {
    case 'POST /': {
      const body = call.body === '' ? {} : jsonObject(call);
      const identity = { id: `${RESOURCE}${randomUUID()}` };
      const wanted = body.createTokenWithScopes;
      const issued =
        Array.isArray(wanted) && wanted.length > 0 && issue(identity.id, wanted, body.expiresInMinutes, tokens);
      return { status: 201, body: { identity, ...(issued && { accessToken: issued }) } };
    }
    case 'POST :issueAccessToken': {
      const { scopes, expiresInMinutes } = jsonObject(call);
      return { status: 200, body: issue(userOf(id), scopes, expiresInMinutes, tokens) };
    }
    case 'POST :revokeAccessTokens':
      tokens.revoke(userOf(id));
      return { status: 204 };
    case 'DELETE {id}':
      tokens.revoke(userOf(id));
      return { status: 204 };
    default:
      return undefined;
  }
}

function userOf(id: string | undefined): string {
  if (id?.startsWith('8:acs:')) return id;
  throw new AcsError(404, 'IdentityNotFound', 'There is no such identity in this resource.');
}

function issue(userId: string, scopes: unknown, minutes: unknown = 1440, tokens: TokenIssuer) {
  if (!Array.isArray(scopes) || scopes.length === 0 || !scopes.every((scope) => SCOPES.includes(scope))) {
    throw badRequest(`The field scopes must list some of ${SCOPES.join(', ')}.`);
  }
  if (typeof minutes !== 'number' || minutes < 60 || minutes > 1440) {
    throw badRequest('The field expiresInMinutes must be a number from 60 to 1440.');
  }
  const { token, expiresAt } = tokens.issue(USER_AUDIENCE, minutes * 60_000, { sub: userId, scp: scopes });
  return { token, expiresOn: new Date(expiresAt).toISOString() };
}

/** Whether a user token with these claims may call Rooms. */
export function mayUseRooms(claims: Record<string, unknown>): boolean {
  return Array.isArray(claims.scp) && claims.scp.includes('voip');
}

/** Whether the call is one of Identity, which takes no user tokens. */
export function isIdentityCall({ path }: Call): boolean {
  return path === '/identities' || path.startsWith('/identities/');
}
