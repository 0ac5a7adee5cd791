// What build.mjs keeps out of the way of a removal in Azure: HTTP proxies and workload identity, which must load when asked for.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { PRESENTER, remove } from '../harness/caller';
import { loopbackCertificate } from '../harness/certificate';
import { type ForwardProxy, startForwardProxy } from '../harness/forwardProxy';
import { settingsFor, startProxy } from '../harness/proxy';

const FEDERATED_TOKEN = 'projected-by-kubernetes';
const TENANT = '99999999-8888-7777-6666-555555555555';

let emulator: Emulator;
let between: ForwardProxy;
let directory: Directory;

beforeAll(async () => {
  emulator = await startEmulator();
  between = await startForwardProxy();
  directory = await startDirectory(emulator);
});

afterAll(async () => {
  await directory?.stop();
  await between?.stop();
  await emulator?.close();
});

beforeEach(() => {
  emulator.rooms.reset();
  emulator.journal.clear();
  between.asked.length = 0;
  directory.assertions.length = 0;
});

async function statusWith(settings: Record<string, string>): Promise<number> {
  const proxy = await startProxy({ ...settingsFor(emulator), ...settings });
  try {
    const { status } = await remove(proxy, [PRESENTER]);
    return status;
  } finally {
    await proxy.stop();
  }
}

test('a managed identity behind an HTTP proxy', async () => {
  expect(await statusWith({ HTTP_PROXY: between.url })).toBe(200);
  expect(between.asked).toEqual([expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/msi\/token\?/)]);
});

test('workload identity', async () => {
  expect(await statusWith(directory.settings)).toBe(200);
  expect(directory.assertions).toEqual([FEDERATED_TOKEN]);
  expect(emulator.journal.entries('/msi/')).toEqual([]);
});

test('workload identity behind an HTTP proxy', async () => {
  expect(await statusWith({ ...directory.settings, HTTPS_PROXY: between.url })).toBe(200);
  expect(directory.assertions).toEqual([FEDERATED_TOKEN]);
  expect(new Set(between.asked)).toEqual(new Set([`CONNECT ${directory.host}`]));
});

interface Directory {
  host: string;
  /** Points an app at it. */
  settings: Record<string, string>;
  /** The assertions that tokens were asked for with. */
  assertions: string[];
  stop(): Promise<void>;
}

/** Microsoft Entra as workload identity sees it: over TLS, a token of `emulator` for an assertion. */
async function startDirectory({ tokens }: Emulator): Promise<Directory> {
  const assertions: string[] = [];
  const { key, cert } = await loopbackCertificate();
  const server = https.createServer({ key, cert }, async (request, answer) => {
    answer.setHeader('content-type', 'application/json');
    if (request.method === 'GET') {
      answer.end(JSON.stringify(metadata()));
      return;
    }
    assertions.push(new URLSearchParams(await text(request)).get('client_assertion') ?? 'none');
    const { token } = tokens.issue('https://communication.azure.com', 3_600_000);
    answer.end(JSON.stringify({ token_type: 'Bearer', expires_in: 3_600, access_token: token }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authority = `https://${host}/${TENANT}`;
  const metadata = () => ({
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rooms directory '));
  await writeFile(path.join(folder, 'token'), FEDERATED_TOKEN);
  await writeFile(path.join(folder, 'authority.pem'), cert);
  return {
    host,
    assertions,
    settings: {
      AZURE_AUTHORITY_HOST: `https://${host}`,
      AZURE_TENANT_ID: TENANT,
      AZURE_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
      AZURE_FEDERATED_TOKEN_FILE: path.join(folder, 'token'),
      NODE_EXTRA_CA_CERTS: path.join(folder, 'authority.pem'),
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
