// Whoever is signed in where there is no managed identity: a service principal in the environment, the Azure CLI, VS Code
// and so on. A chunk of its own, loaded on first use.
import { DefaultAzureCredential, type TokenCredential } from '@azure/identity';

/** @param clientId of a user-assigned managed identity, which the default chain tries as well */
export function createCredential(clientId: string | undefined): TokenCredential {
  return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
}

/** For the managed identity's chunk, which loads it from here where an app runs in Kubernetes; see build.mjs. */
export { WorkloadIdentityCredential } from '@azure/identity';
