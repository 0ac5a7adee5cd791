// Who calls the resource: an Entra token, a user's access token, or a signature with an access key.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AcsError, type Call } from './http';
import { isIdentityCall, mayUseRooms, USER_AUDIENCE } from './identity';
import { ACS_AUDIENCES } from './managedIdentity';
import type { TokenIssuer } from './tokens';

/** How far the date of a signed request may be off, in milliseconds. */
const MAX_SKEW_MS = 5 * 60_000;
const SIGNATURE = /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=([A-Za-z0-9+/=]+)$/;

/** @throws AcsError 401, or 403 for a user token that may not do this */
export function authenticate(call: Call, tokens: TokenIssuer, accessKey: string): void {
  const { authorization = '' } = call.headers;
  const [, token] = /^Bearer (.+)$/.exec(authorization) ?? [];
  if (token === undefined) {
    const fault = signatureFault(call, authorization, accessKey);
    if (fault) throw unauthorized(fault);
    return;
  }
  if (tokens.verify(token, ACS_AUDIENCES)) return;
  const claims = tokens.verify(token, [USER_AUDIENCE]);
  if (!claims) throw unauthorized('The access token is missing, expired or not valid for this resource.');
  if (isIdentityCall(call) || !mayUseRooms(claims)) {
    throw new AcsError(403, 'Forbidden', 'The access token does not allow this operation.');
  }
}

function signatureFault({ method, target, headers, body }: Call, authorization: string, accessKey: string) {
  const [, signature] = SIGNATURE.exec(authorization) ?? [];
  if (signature === undefined) return 'The authorization header is missing or of an unknown form.';
  const date = headers['x-ms-date'] ?? '';
  if (typeof date !== 'string' || !(Math.abs(Date.parse(date) - Date.now()) < MAX_SKEW_MS)) {
    return 'The header x-ms-date is missing or too far from now.';
  }
  const contentHash = createHash('sha256').update(body).digest('base64');
  if (headers['x-ms-content-sha256'] !== contentHash)
    return 'The header x-ms-content-sha256 is not the hash of the body.';
  const expected = createHmac('sha256', Buffer.from(accessKey, 'base64'))
    .update(`${method}\n${target}\n${date};${headers.host};${contentHash}`)
    .digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected) ? undefined : 'The signature is wrong.';
}

function unauthorized(message: string): AcsError {
  return new AcsError(401, 'Unauthorized', message, { 'www-authenticate': 'Bearer, HMAC-SHA256' });
}
