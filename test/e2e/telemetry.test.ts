// OpenTelemetry: off and not even loaded unless configured; then a span for each removal with its attempts, and metrics.
import { ATTENDEE, PRESENTER, ROOM, remove } from '../harness/caller';
import { type Collector, startCollector } from '../harness/collector';
import { until } from '../harness/conditions';
import { type RunningProxy, settingsFor, startProxy } from '../harness/proxy';
import { running } from '../harness/running';

const SECRET = 'marked-collector-key';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const ERROR = 2;

const here = running();
let collector: Collector;
let proxy: RunningProxy;

beforeEach(async () => {
  collector = await startCollector();
  proxy = await startProxy({
    ...settingsFor(here.emulator),
    ACS_API_VERSION: '2025-03-13',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `api-key=${SECRET}`,
    OTEL_METRIC_EXPORT_INTERVAL: '100',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  });
});
afterEach(async () => {
  await proxy.stop();
  await collector.close();
});

async function spansNamed(name: string, count = 1) {
  const find = () => collector.spans.filter((span) => span.name === name);
  await until(() => find().length >= count, `${count} spans ${name}`);
  return find();
}

async function pointOf(metric: string, matches: (attributes: Record<string, unknown>) => boolean = () => true) {
  const find = () => collector.points.filter((point) => point.metric === metric && matches(point.attributes)).pop();
  await until(() => find() !== undefined, `a point of ${metric}`);
  return find()?.value;
}

test('a removal is a span, a child of the caller, with each call to ACS as a child of its own', async () => {
  await remove(proxy, [PRESENTER, ATTENDEE], { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1' });
  const [removal] = await spansNamed('removeParticipants');
  expect(removal).toMatchObject({
    traceId: TRACE,
    parentSpanId: PARENT,
    attributes: { 'rooms_proxy.code': 'Removed', 'rooms_proxy.roomId': ROOM, 'rooms_proxy.removed': 2 },
    resource: { 'service.name': 'rooms-removal-proxy', 'deployment.environment.name': 'test' },
  });
  const calls = [...(await spansNamed('PATCH')), ...(await spansNamed('GET'))];
  for (const { traceId, parentSpanId, attributes, status } of calls) {
    expect({ traceId, parentSpanId }).toEqual({ traceId: TRACE, parentSpanId: removal?.spanId });
    expect(attributes).toMatchObject({ 'http.response.status_code': 200, 'server.address': '127.0.0.1' });
    expect(status.code).not.toBe(ERROR);
  }
  // What ACS saw: the trace of the caller, and our span as its parent.
  const seen = here.emulator.journal.entries('/rooms/').map(({ headers }) => [headers.traceparent, headers.tracestate]);
  expect(seen).toEqual(calls.map(({ spanId }) => [`00-${TRACE}-${spanId}-01`, 'vendor=1']));
  // No person in any of it.
  expect(JSON.stringify(collector.spans)).not.toContain('8:acs:');
});

test('an attempt that failed is a failed span beside the one that mended it, and counts as a retry', async () => {
  here.emulator.faults.set({ kind: 'status', status: 503, times: 1 }, { kind: 'reset', times: 1, method: 'GET' });
  expect((await remove(proxy, [PRESENTER])).status).toBe(200);
  const attempts = [...(await spansNamed('PATCH', 2)), ...(await spansNamed('GET', 2))];
  expect(attempts.map(({ status, attributes }) => [status.code === ERROR, attributes['error.type']])).toEqual([
    [true, '503'],
    [false, undefined],
    [true, 'UpstreamUnavailable'],
    [false, undefined],
  ]);
  expect(await pointOf('rooms_proxy.retries')).toBe(2);
});

test('the metrics count removals by code, time ACS, and show the circuit', async () => {
  await remove(proxy, [PRESENTER]);
  await remove(proxy, ['nobody']);
  here.emulator.faults.set({ kind: 'status', status: 404 });
  await remove(proxy, [PRESENTER]);
  for (const code of ['Removed', 'InvalidRequest', 'RoomNotFound']) {
    expect(await pointOf('rooms_proxy.removals', (attributes) => attributes.code === code)).toBe(1);
  }
  const not404 = (attributes: Record<string, unknown>) => attributes['http.response.status_code'] === 200;
  expect(await pointOf('http.client.request.duration', not404)).toBe(1);
  expect(await pointOf('rooms_proxy.circuit.state')).toBe(0);
  const failed = (await spansNamed('removeParticipants', 3)).filter(({ status }) => status.code === ERROR);
  // Neither is a fault of the service.
  expect(failed).toEqual([]);
});

test('the circuit shows as open when it is', async () => {
  here.emulator.faults.set({ kind: 'status', status: 500 });
  await until(async () => {
    await remove(proxy, [PRESENTER]);
    return (await pointOf('rooms_proxy.circuit.state')) === 2;
  }, 'an open circuit');
  const [failure] = await spansNamed('removeParticipants');
  expect(failure?.status.code).toBe(ERROR);
});

test('the key of the collector goes to the collector, and to no log', async () => {
  await remove(proxy, [PRESENTER]);
  await spansNamed('removeParticipants');
  expect(collector.headers.map((headers) => headers['api-key'])).toContain(SECRET);
  expect(proxy.output()).not.toContain(SECRET);
});

test('what has not been sent yet is sent when the worker ends', async () => {
  const late = await startProxy({
    ...settingsFor(here.emulator),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '3600000',
    OTEL_METRIC_EXPORT_INTERVAL: '3600000',
  });
  await remove(late, [PRESENTER], { 'x-ms-client-request-id': 'late' });
  await late.stop();
  await spansNamed('removeParticipants');
  expect(await pointOf('rooms_proxy.removals')).toBe(1);
});

test('a collector that fails, or is gone, is told to the log and stops nobody', async () => {
  const failing = await startCollector(400);
  const watched = await startProxy({
    ...settingsFor(here.emulator),
    OTEL_EXPORTER_OTLP_ENDPOINT: failing.url,
    OTEL_EXPORTER_OTLP_HEADERS: `api-key=${SECRET}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  try {
    expect((await remove(watched, [PRESENTER])).status).toBe(200);
    await until(() => watched.output().includes('telemetryNotSent'), 'a warning');
    await failing.close();
    expect((await remove(watched, [PRESENTER])).status).toBe(200);
    expect(watched.output()).not.toContain(SECRET);
  } finally {
    await watched.stop();
  }
});

test.each([
  ['no endpoint', {}],
  ['OTEL_SDK_DISABLED', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' }],
])(
  'with %s nothing of OpenTelemetry is loaded, and the trace of the caller is passed on as it is',
  async (_, extra) => {
    const plain = await startProxy({ ...settingsFor(here.emulator), ...extra, NODE_DEBUG: 'module' });
    try {
      const traceparent = `00-${TRACE}-${PARENT}-01`;
      await remove(plain, [PRESENTER], { traceparent });
      expect(here.emulator.journal.entries('/rooms/')[0]?.headers.traceparent).toBe(traceparent);
      await until(() => plain.output().includes('managedIdentity.js'), 'the loader naming a chunk it loads');
      expect(plain.output()).not.toContain('openTelemetry.js');
    } finally {
      await plain.stop();
    }
  },
);

test('an endpoint that is no URL is a wrong setting', async () => {
  const wrong = await startProxy({ ...settingsFor(here.emulator), OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' });
  try {
    const { status, body } = await remove(wrong, [PRESENTER]);
    expect({ status, target: body.error.details[0].target }).toEqual({
      status: 503,
      target: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    });
  } finally {
    await wrong.stop();
  }
});
