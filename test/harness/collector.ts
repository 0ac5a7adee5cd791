// An OpenTelemetry collector that keeps what it is sent: OTLP over HTTP, as JSON.
import http from 'node:http';
import type { AddressInfo } from 'node:net';

type Attribute = { key: string; value: { stringValue?: string; intValue?: number; boolValue?: boolean } };

export interface ReceivedSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  status: { code?: number };
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

export interface ReceivedPoint {
  metric: string;
  attributes: Record<string, unknown>;
  /** Of a counter or gauge; the count of a histogram. */
  value: number;
}

export interface Collector {
  url: string;
  spans: ReceivedSpan[];
  /** Of all exports, oldest first; counters are cumulative. */
  points: ReceivedPoint[];
  /** Of all requests. */
  headers: http.IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** @param status to answer with */
export async function startCollector(status = 200): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const points: ReceivedPoint[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    headers.push(request.headers);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
      for (const span of scopeSpans.flatMap((scope: { spans: object[] }) => scope.spans)) {
        spans.push({ ...span, attributes: flat(span.attributes), resource: flat(resource.attributes) });
      }
    }
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      for (const { name, sum, gauge, histogram } of scopeMetrics.flatMap(
        (scope: { metrics: object[] }) => scope.metrics,
      )) {
        for (const { attributes, asInt, asDouble, count } of (sum ?? gauge ?? histogram).dataPoints) {
          points.push({ metric: name, attributes: flat(attributes), value: Number(asInt ?? asDouble ?? count) });
        }
      }
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    points,
    headers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function flat(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
