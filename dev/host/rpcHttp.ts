// Between node:http and RpcHttp, the form in which the Functions host hands requests to a worker and takes answers back.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RpcHttp } from './coreApi';

/** The limit of the Functions host. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

/** @returns undefined where the body is over the host's limit */
export async function toRpcHttp(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
): Promise<RpcHttp | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const headers = Object.entries(request.headersDistinct).map(
    ([name, values = []]) => [name, values.join(', ')] as const,
  );
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headers),
    nullableQuery: nullable([...url.searchParams]),
    nullableParams: nullable(Object.entries(params)),
    ...(size > 0 && { body: { bytes: Buffer.concat(chunks, size) } }),
  };
}

/** An empty value is left out, as the host does for workers that ask for it. */
function nullable(pairs: (readonly [string, string])[]): Record<string, { value: string }> {
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === '' ? [] : [[name, { value }]])));
}

/** Writes what the function returned; 204 where it returned nothing. */
export function writeRpcHttp(answer: RpcHttp | undefined, response: ServerResponse): void {
  if (!answer) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(Number(answer.statusCode), answer.headers);
  response.end(answer.body?.bytes ?? answer.body?.string);
}
