// Access tokens of the emulated directory: issued by the token endpoints, checked by every other one.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

interface Claims {
  aud: string;
  /** Running number of the token. */
  issued: number;
  /** Seconds since the epoch. */
  iat: number;
  exp: number;
  [claim: string]: unknown;
}

export class TokenIssuer {
  #key = randomBytes(32);
  #issued = 0;
  readonly #revokedSubjects = new Map<string, number>();

  /** @param lifetimeMs milliseconds until the token expires */
  issue(
    audience: string,
    lifetimeMs: number,
    claims: Record<string, unknown> = {},
  ): { token: string; expiresAt: number } {
    this.#issued += 1;
    const issuedAt = Date.now();
    const expiresAt = issuedAt + lifetimeMs;
    const head = encode({ alg: 'HS256', typ: 'JWT' });
    const payload = encode({
      ...claims,
      issued: this.#issued,
      aud: audience,
      iat: Math.floor(issuedAt / 1000),
      exp: Math.floor(expiresAt / 1000),
    });
    return { token: `${head}.${payload}.${this.#sign(`${head}.${payload}`)}`, expiresAt };
  }

  /** The claims of a token that is ours, unexpired and for one of these audiences. */
  verify(token: string, audiences: string[]): Claims | undefined {
    const [head, payload, signature] = token.split('.');
    if (!head || !payload || !signature) return undefined;
    const expected = Buffer.from(this.#sign(`${head}.${payload}`));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const claims: Claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (!audiences.includes(claims.aud) || claims.exp * 1000 <= Date.now()) return undefined;
    return claims.issued > (this.#revokedSubjects.get(String(claims.sub)) ?? 0) ? claims : undefined;
  }

  /** Makes the tokens issued to `subject` so far worthless. */
  revoke(subject: string): void {
    this.#revokedSubjects.set(subject, this.#issued);
  }

  /** Makes every token issued so far worthless. */
  revokeAll(): void {
    this.#key = randomBytes(32);
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
