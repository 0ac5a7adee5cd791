// How one HTTP exchange with ACS travels: pooled keep-alive connections, a time limit, a bounded answer.
//
// node:https rather than fetch or a client library: it is loaded already, and at a third of the CPU of fetch a request
// (the README's table of dependencies has the figures).
import http from 'node:http';
import https from 'node:https';
import net, { isIP } from 'node:net';
import { MAX_REMOVALS } from '../admission';
import { asProxyError, ProxyError } from '../contract/errors';
import type { RemovalSpan } from '../telemetry/telemetry';

const MAX_ANSWER_BYTES = 1024 * 1024;
const EMPTY = Buffer.alloc(0);
/** Below the idle time-outs of Azure's load balancers (4 minutes), so that a pooled connection is rarely a dead one. */
const MAX_IDLE_MS = 60_000;

export interface WireRequest {
  method: 'GET' | 'POST' | 'PATCH';
  /** Path and query, percent-encoded. */
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface WireAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** The seam between the protocol and the network. */
export interface Transport {
  /**
   * One exchange, without a retry.
   *
   * @param timeoutMs milliseconds for all of it, connecting included; past them the socket is destroyed
   * @throws ProxyError `UpstreamUnavailable` (no connection), `UpstreamTimeout` (too slow), `InvalidUpstreamResponse`
   *   (cut short, or over 1 MiB)
   */
  send(request: WireRequest, timeoutMs: number): Promise<WireAnswer>;
}

export interface ConnectingTransport extends Transport {
  /** Opens the connection that the next request will use, so that it need not wait for it. */
  connect(): void;
}

/** What a removal costs upstream. */
export interface UpstreamTrace {
  attempts: number;
  /** Milliseconds spent waiting for answers, summed over the attempts. */
  upstreamMs: number;
}

/** `transport`, counting into `trace` and telling `span`. */
export function traced(transport: Transport, trace: UpstreamTrace, span?: RemovalSpan): Transport {
  return {
    async send(request, timeoutMs) {
      trace.attempts += 1;
      const attempt = span?.attempt(request);
      const followed = attempt ? { ...request, headers: { ...request.headers, ...attempt.headers } } : request;
      const startedAt = performance.now();
      try {
        const answer = await transport.send(followed, timeoutMs);
        attempt?.end(answer);
        return answer;
      } catch (error) {
        attempt?.end({ error: asProxyError(error).code });
        throw error;
      } finally {
        trace.upstreamMs += performance.now() - startedAt;
      }
    },
  };
}

/** @param endpoint origin of the ACS resource */
export function createTransport(endpoint: string): ConnectingTransport {
  const { protocol, hostname, host, port } = new URL(endpoint);
  const [client, usualPort] = protocol === 'https:' ? [https, 443] : [http, 80];
  const agent = new client.Agent({ keepAlive: true, maxSockets: MAX_REMOVALS });
  // All its connections go to one place: what they have in common need not be worked out anew for each request.
  agent.getName = () => host;
  closeIdle(agent);
  // URL keeps the brackets of an IPv6 address, a socket wants none.
  const origin = { host: hostname.replace(/^\[|\]$/g, ''), port, agent };
  const createConnection = agent.createConnection.bind(agent);
  let ahead: net.Socket | undefined;
  agent.createConnection = (options, callback) => {
    const opened = ahead?.setTimeout(0);
    ahead = undefined;
    return opened ?? createConnection(options, callback);
  };
  const common = ['host', host, 'accept', 'application/json', 'user-agent', `rooms-removal-proxy/${PROXY_VERSION}`];

  return {
    connect() {
      const { host } = origin;
      const options: https.RequestOptions = { host, port: port || usualPort, servername: isIP(host) ? '' : host };
      const opened = createConnection(options);
      if (!(opened instanceof net.Socket)) return;
      ahead = opened.setTimeout(MAX_IDLE_MS, () => opened.destroy());
      // One that fails, or that ACS closes before it is used, is no loss: the request opens its own.
      for (const event of ['error', 'close']) {
        opened.once(event, () => {
          if (ahead === opened) ahead = undefined;
        });
      }
    },
    send: (wire, timeoutMs) =>
      new Promise((resolve, reject) => {
        const { method, path, body } = wire;
        // A list of names and values goes out as it is, where an object would be taken apart and put together again.
        const headers = [...common];
        for (const name in wire.headers) headers.push(name, wire.headers[name] ?? '');
        if (body !== undefined) headers.push('content-length', `${Buffer.byteLength(body)}`);
        const request = client.request({ ...origin, method, path, headers });
        const timer = setTimeout(() => fail(timedOut(timeoutMs)), timeoutMs);
        const fail = (error: ProxyError) => {
          clearTimeout(timer);
          reject(error);
          request.destroy();
        };
        request.on('error', (cause: NodeJS.ErrnoException) =>
          fail(cause.code?.startsWith('HPE_') ? invalid('is not HTTP', { cause }) : noConnection(cause)),
        );
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > MAX_ANSWER_BYTES) return fail(invalid('is over 1 MiB', { retryable: false }));
            chunks.push(chunk);
          });
          response.on('error', (cause) => fail(invalid('was cut short', { cause })));
          response.on('end', () => {
            clearTimeout(timer);
            const { statusCode = 0, headers } = response;
            const [only = EMPTY] = chunks;
            const bytes = chunks.length > 1 ? Buffer.concat(chunks, size) : only;
            resolve({ status: statusCode, headers, body: bytes.toString('utf8') });
          });
        });
        request.end(body);
      }),
  };
}

function timedOut(timeoutMs: number): ProxyError {
  return new ProxyError('UpstreamTimeout', `ACS did not answer within ${Math.round(timeoutMs)} ms.`);
}

function noConnection(cause: unknown): ProxyError {
  return new ProxyError('UpstreamUnavailable', 'There is no connection to ACS.', { cause });
}

function invalid(fault: string, options: { cause?: unknown; retryable?: boolean }): ProxyError {
  return new ProxyError('InvalidUpstreamResponse', `The answer of ACS ${fault}.`, options);
}

/**
 * Closes connections that have been idle for {@link MAX_IDLE_MS} or up to twice that. Not by the agent's own time-out, which
 * sets and clears a timer of the socket twice a request.
 */
function closeIdle({ freeSockets }: http.Agent): void {
  const seen = new WeakMap<net.Socket, number>();
  const look = () => {
    for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) {
      if (seen.get(socket) === socket.bytesWritten) socket.destroy();
      else seen.set(socket, socket.bytesWritten);
    }
  };
  setInterval(look, MAX_IDLE_MS).unref();
}
