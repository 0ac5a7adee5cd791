// How one HTTP exchange with ACS travels: pooled keep-alive connections, a time limit, a bounded answer.
//
// node:https rather than fetch or a client library: it is loaded already, and at a third of the CPU of fetch a request
// (the README's table of dependencies has the figures).
import http from 'node:http';
import https from 'node:https';
import { MAX_REMOVALS } from '../admission';
import { asProxyError, ProxyError } from '../contract/errors';
import type { RemovalSpan } from '../telemetry/telemetry';

const MAX_ANSWER_BYTES = 1024 * 1024;
/** Below the idle time-outs of Azure's load balancers (4 minutes), so that a pooled connection is rarely a dead one. */
const MAX_IDLE_MS = 60_000;

const COMMON_HEADERS = { accept: 'application/json', 'user-agent': `rooms-removal-proxy/${PROXY_VERSION}` };

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
export function createTransport(endpoint: string): Transport {
  const { protocol, hostname, port } = new URL(endpoint);
  const client = protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: MAX_REMOVALS, timeout: MAX_IDLE_MS });
  // URL keeps the brackets of an IPv6 address, a socket wants none.
  const origin = { host: hostname.replace(/^\[|\]$/g, ''), port, agent };

  return {
    send: (wire, timeoutMs) =>
      new Promise((resolve, reject) => {
        const { method, path, body } = wire;
        const length = body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
        const headers = { ...COMMON_HEADERS, ...wire.headers, ...length };
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
            resolve({ status: statusCode, headers, body: Buffer.concat(chunks, size).toString('utf8') });
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
