// Who calls: the principal that App Service authentication vouches for, and the app role that a caller must hold.
import * as z from 'zod/mini';
import { ProxyError } from './errors';

const PRINCIPAL_HEADER = 'x-ms-client-principal';
/** More than any principal has; App Service itself bounds all headers of a request to 64 KiB. */
const MAX_PRINCIPAL_LENGTH = 65_536;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities#decoding-the-client-principal-header */
const principalSchema = z.object({
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  /** The claim type under which this identity provider lists roles. */
  role_typ: z.optional(z.nullable(z.string())),
});

type Principal = z.infer<typeof principalSchema>;

export interface CallerPolicy {
  /**
   * Whether the platform vouches for the principal header: App Service authentication is on, and strips it from
   * outside requests. Where it is not, anybody can write that header, and it is ignored.
   */
  principalVouched: boolean;
  /** The app role a caller must hold, where one is required. */
  requiredAppRole: string | undefined;
}

export interface Caller {
  /** Application (client) id of the calling app, where known. */
  appId: string | undefined;
}

/**
 * The caller, where the platform knows one.
 *
 * @throws ProxyError `Unauthenticated` or `Forbidden`, where a role is required
 */
export function identifyCaller(headers: { get(name: string): string | null }, policy: CallerPolicy): Caller {
  const principal = policy.principalVouched ? readPrincipal(headers.get(PRINCIPAL_HEADER)) : undefined;
  if (policy.requiredAppRole !== undefined) {
    if (!principal) {
      throw new ProxyError('Unauthenticated', 'Sign in first: App Service authentication knows no caller here.');
    }
    if (!rolesOf(principal).includes(policy.requiredAppRole)) {
      throw new ProxyError('Forbidden', 'The caller does not hold the app role that removing people requires.');
    }
  }
  return { appId: principal && (claim(principal, 'azp') ?? claim(principal, 'appid')) };
}

/** undefined for whatever is not a principal: absent, too long, not base64 (two headers joined are not), not of its shape. */
function readPrincipal(header: string | null): Principal | undefined {
  if (header === null || header.length > MAX_PRINCIPAL_LENGTH || !BASE64.test(header)) return undefined;
  try {
    return z.safeParse(principalSchema, JSON.parse(Buffer.from(header, 'base64').toString('utf8'))).data;
  } catch {
    // Not JSON. The caller is answered 401 where it matters, and is merely unknown where it does not.
    return undefined;
  }
}

function rolesOf({ claims, role_typ }: Principal): string[] {
  return claims.filter(({ typ }) => typ === 'roles' || typ === role_typ).map(({ val }) => val);
}

function claim({ claims }: Principal, type: string): string | undefined {
  return claims.find(({ typ }) => typ === type)?.val;
}
