// Bearer tokens in the authorization header: what the modes `entra` and `user-token` have in common.
import type { AuthorisingHeaders, Authorizer } from './authorizer';
import type { TokenCache } from './tokenCache';

/** @param onDrop told that the token at hand was refused and dropped */
export function bearer(tokens: TokenCache, onDrop: () => void = () => {}): Authorizer {
  return {
    authorise() {
      const token = tokens.get();
      return typeof token === 'string' ? headersWith(token) : token.then(headersWith);
    },
    ready: async () => tokens.get(),
    refused({ authorization = '' }) {
      if (tokens.drop(authorization.slice('Bearer '.length))) onDrop();
      // Either the token is dropped, or another removal had it replaced already.
      return true;
    },
  };
}

function headersWith(token: string): AuthorisingHeaders {
  return { authorization: `Bearer ${token}` };
}
