// Credential mode `access-key`: each request signed with the key of the resource.
//
// The scheme: https://learn.microsoft.com/azure/communication-services/tutorials/hmac-header-tutorial. Twenty lines of
// node:crypto rather than @azure/communication-common, whose policy signs the same (a test compares them) but brings the
// core pipeline along at start-up.
import { createHash, createHmac } from 'node:crypto';
import type { Authorizer } from './authorizer';

/** @param endpoint origin of the ACS resource @param key base64, as the portal shows it */
export function createAccessKeyAuthorizer(endpoint: string, key: string): Authorizer {
  const secret = Buffer.from(key, 'base64');
  // With the port where it is not the usual one: just what goes out as the host header.
  const { host } = new URL(endpoint);
  return {
    authorise({ method, path, body = '' }) {
      const date = new Date().toUTCString();
      const contentHash = createHash('sha256').update(body).digest('base64');
      const signature = createHmac('sha256', secret)
        .update(`${method}\n${path}\n${date};${host};${contentHash}`)
        .digest('base64');
      return {
        'x-ms-date': date,
        'x-ms-content-sha256': contentHash,
        authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      };
    },
    ready: async () => {},
    // Another signature with the same key would be refused as well.
    refused: () => false,
  };
}
