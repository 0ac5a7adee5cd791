// ACS for the measured processes, in a process of its own: Rooms over TLS, and a managed identity endpoint as in Azure.
import { startEmulator } from '../../dev/emulator/emulator';
import { TokenIssuer } from '../../dev/emulator/tokens';

const AUDIENCE = 'https://communication.azure.com';
const A_DAY_MS = 24 * 3_600_000;

async function main(): Promise<void> {
  const { TLS_KEY: key = '', TLS_CERT: cert = '' } = process.env;
  const tokens = new TokenIssuer();
  const [rooms, identity] = await Promise.all([
    startEmulator({ tokens, tls: { key, cert } }),
    startEmulator({ tokens, tokenLifetimeMs: A_DAY_MS }),
  ]);
  process.send?.({
    endpoint: rooms.url,
    identity: `${identity.url}/msi/token`,
    token: tokens.issue(AUDIENCE, A_DAY_MS).token,
  });
}

void main();
