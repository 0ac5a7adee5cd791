// The credential that Azure needs, and nothing else of the identity library: a chunk of its own, loaded on first use.
import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity';

/** @param clientId of a user-assigned identity; the system-assigned one without it */
export function createCredential(clientId: string | undefined): TokenCredential {
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}
