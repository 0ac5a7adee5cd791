// Telemetry by OpenTelemetry, sent as OTLP over HTTP. A chunk of its own, loaded only where an endpoint is configured.
//
// The exporters read the standard variables themselves: OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS, _TIMEOUT and so on.
import { randomUUID } from 'node:crypto';
import { type Attributes, DiagLogLevel, diag, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { errorCatalogue } from '../contract/errors';
import { writeWarning } from '../log';
import type { TelemetrySettings } from '../settings';
import type { CircuitState } from '../upstream/circuit';
import type { Telemetry, TraceContext } from './telemetry';

const SCOPE = 'rooms-removal-proxy';
/** Milliseconds that the last telemetry may hold up an instance that is going away. */
const SHUTDOWN_TIMEOUT_MS = 5_000;
/** Seconds; the bounds that the semantic conventions advise for the duration of HTTP requests. */
const DURATION = {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
};
const CIRCUIT_STATES: Record<CircuitState, number> = { closed: 0, halfOpen: 1, open: 2 };

const carrier = {
  get: (context: TraceContext, key: string) => context[key as keyof TraceContext],
  keys: (context: TraceContext) => Object.keys(context),
  set: (context: TraceContext, key: string, value: string) => {
    context[key as keyof TraceContext] = value;
  },
};

/** @param endpoint origin of the ACS resource @param circuit gives its state now */
export function createTelemetry(
  { metricIntervalMs }: TelemetrySettings,
  endpoint: string,
  circuit: () => CircuitState,
): Telemetry {
  const warn = (message: string, ...details: unknown[]) =>
    writeWarning('telemetryNotSent', new Error([message, ...details.map(String)].join(' ')));
  diag.setLogger(
    { error: warn, warn, info() {}, debug() {}, verbose() {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const resource = defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': SCOPE,
        'service.version': PROXY_VERSION,
        'service.instance.id': randomUUID(),
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
  const tracing = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const metering = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter(),
        exportIntervalMillis: metricIntervalMs,
        exportTimeoutMillis: Math.min(metricIntervalMs, 30_000),
      }),
    ],
  });
  const tracer = tracing.getTracer(SCOPE, PROXY_VERSION);
  const meter = metering.getMeter(SCOPE, PROXY_VERSION);
  const propagator = new W3CTraceContextPropagator();

  const removals = meter.createCounter('rooms_proxy.removals', { description: 'Removals answered, by code' });
  const duration = meter.createHistogram('rooms_proxy.removal.duration', DURATION);
  const upstreamDuration = meter.createHistogram('http.client.request.duration', DURATION);
  const retries = meter.createCounter('rooms_proxy.retries', { description: 'Calls to ACS made once more' });
  meter
    .createObservableGauge('rooms_proxy.circuit.state', { description: '0 closed, 1 half open, 2 open' })
    .addCallback((result) => result.observe(CIRCUIT_STATES[circuit()]));
  const server = { 'server.address': new URL(endpoint).hostname };

  return {
    removal(parent) {
      const context = propagator.extract(ROOT_CONTEXT, parent, carrier);
      const span = tracer.startSpan('removeParticipants', { kind: SpanKind.INTERNAL }, context);
      const inside = trace.setSpan(context, span);
      return {
        attempt({ method }) {
          const attributes: Attributes = { 'http.request.method': method, ...server };
          const child = tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, inside);
          const startedAt = performance.now();
          const headers: TraceContext = {};
          propagator.inject(trace.setSpan(inside, child), headers, carrier);
          return {
            headers,
            end(outcome) {
              const status = 'status' in outcome ? outcome.status : undefined;
              const error = 'error' in outcome ? outcome.error : status && status >= 400 ? String(status) : undefined;
              const told: Attributes = {
                ...(status !== undefined && { 'http.response.status_code': status }),
                ...(error !== undefined && { 'error.type': error }),
              };
              child.setAttributes(told);
              if (error !== undefined) child.setStatus({ code: SpanStatusCode.ERROR });
              child.end();
              upstreamDuration.record((performance.now() - startedAt) / 1000, { ...attributes, ...told });
            },
          };
        },
        end({ error, requestId, roomId, asked, removed, left, status, totalMs = 0, retries: again = 0 }) {
          const code = error?.code ?? 'Removed';
          const told = { roomId, asked, removed, left, code };
          for (const [name, value] of Object.entries(told)) {
            if (value !== undefined) span.setAttribute(`rooms_proxy.${name}`, value);
          }
          span.setAttributes({ 'rooms_proxy.requestId': requestId, 'http.response.status_code': status ?? 0 });
          // What a caller did wrong is no error of the service.
          if (error && errorCatalogue[error.code].status >= 500) {
            span.setAttribute('error.type', error.code);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
          removals.add(1, { code });
          duration.record(totalMs / 1000, { code });
          if (again > 0) retries.add(again);
        },
      };
    },
    async shutDown() {
      const last = Promise.allSettled([tracing.shutdown(), metering.shutdown()]);
      const timeout = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_TIMEOUT_MS).unref());
      await Promise.race([last, timeout]);
    },
  };
}
