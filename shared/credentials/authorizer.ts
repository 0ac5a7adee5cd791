// The seam between a request to ACS and the way it is authorised.
import type { WireRequest } from '../upstream/transport';

export interface Authorizer {
  /**
   * The headers that authorise `request`, for one attempt.
   *
   * @throws ProxyError `CredentialUnavailable`
   */
  authorise(request: WireRequest): Promise<Record<string, string>>;
}
