// Cross-origin calls, allowed by local.settings.json as `func start` does.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalSettings } from './localSettings';

/** Adds the headers that let a page of an allowed origin read the answer. */
export function allowOrigin(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { corsOrigins, corsCredentials }: LocalSettings,
): void {
  const { origin } = headers;
  if (origin === undefined || !(corsOrigins.includes('*') || corsOrigins.includes(origin))) return;
  response.setHeader('access-control-allow-origin', corsOrigins.includes('*') && !corsCredentials ? '*' : origin);
  response.setHeader('vary', 'origin');
  if (corsCredentials) response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-allow-methods', headers['access-control-request-method'] ?? '*');
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-expose-headers', '*');
}

export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
