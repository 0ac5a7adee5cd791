// An Azure Communication Services resource on this machine: managed identity endpoint and Rooms, with real state, real
// checking and real error bodies. For development and tests; nothing here is deployed.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl } from './control';
import { deliver, type Fault, Faults, replyInstead, unsupportedApiVersion } from './faults';
import { AcsError, type Call, type Reply, serviceHeaders } from './http';
import { Journal } from './journal';
import { ACS_AUDIENCES, issueManagedIdentityToken } from './managedIdentity';
import { answerPreview } from './participantsRemove';
import { RoomStore } from './roomStore';
import { TokenIssuer } from './tokens';

export interface EmulatorOptions {
  /** 0 for any free port. */
  port?: number;
  /** What the app must send as X-IDENTITY-HEADER. */
  identityHeader?: string;
  /** Client ids of the app's user-assigned identities. */
  clientIds?: string[];
  tokenLifetimeMs?: number;
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
  /** Closes the port and every connection. */
  close(): Promise<void>;
}

/** Rejects where the port is taken. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, identityHeader = 'local-emulator', clientIds = [], tokenLifetimeMs = 24 * 3_600_000 } = options;
  const tokens = new TokenIssuer();
  const emulated: Emulated = { rooms: new RoomStore(), faults: new Faults(), journal: new Journal(), tokens };
  const identity = { tokens, identityHeader, clientIds, tokenLifetimeMs };

  function answer(call: Call, fault: Fault | undefined): Reply {
    const instead = replyInstead(fault, call.query.get('api-version'));
    if (instead) return instead;
    return answerOrError(() => {
      if (call.path.startsWith('/msi/')) {
        return call.method === 'GET' && call.path === '/msi/token'
          ? issueManagedIdentityToken(call, identity)
          : undefined;
      }
      authenticate(call, tokens);
      emulated.rooms.frozen = fault?.kind === 'ignore';
      return answerRooms(call, emulated.rooms);
    });
  }

  async function respond(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const call = await readCall(request);
    if (call.path.startsWith('/emulator/')) {
      return send(
        call,
        answerOrError(() => answerControl(call, emulated)),
        response,
      );
    }
    const fault = emulated.faults.next(call.path.startsWith('/msi/') ? 'msi' : 'acs');
    const { method, target, headers, body } = call;
    const entry = emulated.journal.add({ method, target, headers, body, ...(fault && { fault: fault.kind }) });
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const reply = answer(call, fault);
    entry.status = reply.status;
    entry.answer = bodyOf(reply);
    await send(call, reply, response, fault);
  }

  const server = http.createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      // A client that went away mid-request is its own business; anything else is a defect of the emulator.
      if (!request.destroyed) console.error(error);
      response.destroy();
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    ...emulated,
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerRooms(call: Call, rooms: RoomStore): Reply | undefined {
  const apiVersion = call.query.get('api-version');
  if (apiVersion !== '2022-02-01') throw unsupportedApiVersion(apiVersion);
  return answerPreview(call, call.path.split('/').slice(1).map(decodeURIComponent), rooms);
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

function authenticate({ headers }: Call, tokens: TokenIssuer): void {
  const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
  if (!token || !tokens.verify(token, ACS_AUDIENCES)) {
    throw new AcsError(401, 'Unauthorized', 'The access token is missing, expired or not valid for this resource.', {
      'www-authenticate': 'Bearer',
    });
  }
}

function answerOrError(handle: () => Reply | undefined): Reply {
  try {
    return handle() ?? new AcsError(404, 'NotFound', 'There is no such endpoint.').reply;
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
