// An Azure Communication Services resource on this machine: managed identity endpoint, Identity and Rooms, with real state,
// real checking and real error bodies. For development and tests; nothing here is deployed.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { authenticate } from './authentication';
import { answerControl, type ProxyControl } from './control';
import { streamRooms } from './events';
import { deliver, type Fault, Faults, replyInstead, unsupportedApiVersion } from './faults';
import { AcsError, type Call, type Reply, serviceHeaders } from './http';
import { answerIdentity, isIdentityCall } from './identity';
import { Journal } from './journal';
import { issueManagedIdentityToken } from './managedIdentity';
import { answerMergePatch, type MergePatchOptions } from './mergePatch';
import { readPages } from './pages';
import { answerPreview } from './participantsRemove';
import { RoomStore } from './roomStore';
import { TokenIssuer } from './tokens';

/** What the console is told where the emulator runs alone. */
const ALONE: ProxyControl = {
  url: 'http://127.0.0.1:7071',
  apiVersion: 'as its settings say',
  authMode: 'as its settings say',
  apiVersions: ['as its settings say'],
  authModes: ['as its settings say'],
};

/** The key of the emulated resource, unless another is given. Known to everybody, and worth nothing elsewhere. */
export const ACCESS_KEY = Buffer.from('the access key of the local emulator').toString('base64');

const MERGE_PATCH_VERSIONS = ['2023-06-14', '2024-04-15', '2025-03-13'];

export interface EmulatorOptions {
  /** 0 for any free port. */
  port?: number;
  /** What the app must send as X-IDENTITY-HEADER. */
  identityHeader?: string;
  /** Client ids of the app's user-assigned identities. */
  clientIds?: string[];
  tokenLifetimeMs?: number;
  /** base64. */
  accessKey?: string;
  /** Entries a page of a list holds. */
  pageSize?: number;
  /** Whether the links to further pages are absolute. */
  absoluteLinks?: boolean;
  /** PEM; with it the emulator speaks https. */
  tls?: { key: string; cert: string };
  /** Shared with another emulator, whose tokens are then good here as well. */
  tokens?: TokenIssuer;
  /** Folder of the built console; without it there is none. */
  consoleFolder?: string;
  /** What the console shows, and may change, of the proxy. */
  proxy?: () => ProxyControl;
}

/** The emulated resource, for tests in the same process. */
export interface Emulated {
  rooms: RoomStore;
  faults: Faults;
  journal: Journal;
  tokens: TokenIssuer;
}

export interface Emulator extends Emulated {
  url: string;
  /** Tells of each connection that comes (1) and goes (-1) from now on. */
  onConnection(listener: (delta: number) => void): void;
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/** Rejects where the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, identityHeader = 'local-emulator', clientIds = [], tokenLifetimeMs = 24 * 3_600_000 } = options;
  const { accessKey = ACCESS_KEY, pageSize = 50, absoluteLinks = false, tls, proxy = () => ALONE } = options;
  const pages = options.consoleFolder === undefined ? () => false : readPages(options.consoleFolder);
  const { tokens = new TokenIssuer() } = options;
  const emulated: Emulated = { rooms: new RoomStore(), faults: new Faults(), journal: new Journal(), tokens };
  const identity = { tokens, identityHeader, clientIds, tokenLifetimeMs };

  async function answer(call: Call, fault: Fault | undefined): Promise<Reply> {
    const instead = replyInstead(fault, call);
    if (instead) return instead;
    return answerOrError(() => {
      if (call.path.startsWith('/msi/')) {
        return call.method === 'GET' && call.path === '/msi/token'
          ? issueManagedIdentityToken(call, identity)
          : undefined;
      }
      authenticate(call, tokens, accessKey);
      const segments = call.path.split('/').slice(1).map(decodeURIComponent);
      if (isIdentityCall(call)) return answerIdentity(call, segments, tokens);
      emulated.rooms.frozen = fault?.kind === 'ignore';
      const linkOrigin = absoluteLinks ? `${scheme}://${call.headers.host}` : undefined;
      return answerRooms(call, segments, { rooms: emulated.rooms, pageSize, linkOrigin });
    });
  }

  async function respond(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const call = await readCall(request);
    if (pages(call.method, call.path, response)) return;
    if (call.method === 'GET' && call.path === '/emulator/events') return streamRooms(emulated.rooms, response);
    if (call.path.startsWith('/emulator/')) {
      return send(call, await answerOrError(() => answerControl(call, emulated, proxy)), response);
    }
    const fault = emulated.faults.next(call);
    const { method, target, headers, body } = call;
    const entry = emulated.journal.add({ method, target, headers, body, ...(fault && { fault: fault.kind }) });
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const reply = await answer(call, fault);
    entry.status = reply.status;
    entry.answer = bodyOf(reply);
    await send(call, reply, response, fault);
  }

  const listener: http.RequestListener = (request, response) => {
    respond(request, response).catch((error: unknown) => {
      // A client that went away mid-request is its own business; anything else is a defect of the emulator.
      if (!request.destroyed) console.error(error);
      response.destroy();
    });
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  const scheme = tls ? 'https' : 'http';

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    ...emulated,
    url: `${scheme}://127.0.0.1:${bound}`,
    onConnection: (listener) =>
      server.on('connection', (socket) => {
        listener(1);
        socket.once('close', () => listener(-1));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerRooms(call: Call, segments: string[], options: MergePatchOptions): Reply | undefined {
  const apiVersion = call.query.get('api-version');
  if (apiVersion === '2022-02-01') return answerPreview(call, segments, options.rooms);
  if (MERGE_PATCH_VERSIONS.includes(apiVersion ?? '')) return answerMergePatch(call, segments, options);
  throw unsupportedApiVersion(apiVersion);
}

const bodyOf = ({ body }: Reply) => (typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));

function send(call: Call, reply: Reply, response: http.ServerResponse, fault?: Fault): Promise<void> {
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    ...serviceHeaders(call),
    ...reply.headers,
  });
  return deliver(fault, response, Buffer.from(bodyOf(reply)));
}

async function answerOrError(handle: () => Reply | undefined | Promise<Reply | undefined>): Promise<Reply> {
  try {
    return (await handle()) ?? new AcsError(404, 'NotFound', 'There is no such endpoint.').reply;
  } catch (error) {
    if (error instanceof AcsError) return error.reply;
    throw error;
  }
}

async function readCall(request: http.IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { url: target = '/', method = 'GET', headers } = request;
  const url = new URL(target, 'http://emulator');
  return {
    method,
    path: url.pathname,
    query: url.searchParams,
    target,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
