// The credential that the settings ask for.
import { writeWarning } from '../log';
import type { Settings } from '../settings';
import type { Transport } from '../upstream/transport';
import { createAccessKeyAuthorizer } from './accessKey';
import type { Authorizer } from './authorizer';
import { createEntraAuthorizer } from './entra';
import { createUserTokenAuthorizer } from './userToken';

export function createAuthorizer(settings: Settings, transport: Transport): Authorizer {
  return authorizerFor(settings.credential, settings, transport);
}

function authorizerFor(credential: Settings['credential'], settings: Settings, transport: Transport): Authorizer {
  const onRenewalFailure = (cause: unknown) => writeWarning('tokenNotRenewed', cause);
  switch (credential.mode) {
    case 'entra':
      return createEntraAuthorizer(credential, onRenewalFailure);
    case 'access-key':
      return createAccessKeyAuthorizer(settings.endpoint, credential.key);
    case 'user-token': {
      const issuer = authorizerFor(credential.issuer, settings, transport);
      const { userId } = credential;
      return createUserTokenAuthorizer({ userId, transport, issuer, retries: settings, onRenewalFailure });
    }
  }
}
