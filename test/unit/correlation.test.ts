// The id that a removal goes by, and the trace context that is passed on.
import { correlationOf } from '../../shared/contract/correlation';

const of = (headers: Record<string, string>) => correlationOf(new Headers(headers), 'invocation');
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('the id is that of the first header that has one, in this order', () => {
  const all = {
    'x-ms-client-request-id': 'request',
    'x-ms-client-tracking-id': 'tracking',
    'x-ms-workflow-run-id': 'run',
  };
  expect(of(all).id).toBe('request');
  const { 'x-ms-client-request-id': _, ...fewer } = all;
  expect(of(fewer).id).toBe('tracking');
  expect(of({ 'x-ms-workflow-run-id': 'run' }).id).toBe('run');
  expect(of({}).id).toBe('invocation');
});

test.each([
  ['1 character', '!', true],
  ['the last visible one', '~', true],
  ['128 characters', 'x'.repeat(128), true],
  ['129 characters', 'x'.repeat(129), false],
  ['a space in it', 'a b', false],
  ['a letter beyond ASCII', 'caf\u00e9', false],
  ['nothing', '', false],
])('an id of %s is used: %#', (_, id, used) => {
  expect(of({ 'x-ms-client-request-id': id, 'x-ms-workflow-run-id': 'next' }).id).toBe(used ? id : 'next');
});

test('the id goes to ACS, with nothing else where the caller sent no trace', () => {
  expect(of({ 'x-ms-client-request-id': 'it' }).headers).toEqual({ 'x-ms-client-request-id': 'it' });
});

test('a trace context goes along', () => {
  const { headers } = of({ traceparent: TRACE, tracestate: 'vendor=1' });
  expect(headers).toEqual({ 'x-ms-client-request-id': 'invocation', traceparent: TRACE, tracestate: 'vendor=1' });
});

test.each([
  `x${TRACE}`,
  `${TRACE}x`,
  TRACE.slice(1),
  TRACE.slice(0, -1),
  TRACE.replace('4bf9', 'bf9'),
  TRACE.replace('00f0', '0f0'),
  TRACE.replace('4bf9', '4BF9'),
  TRACE.replace('00f0', '00F0'),
  TRACE.replace('00-', 'zz-'),
  TRACE.replace(/01$/, 'zz'),
  TRACE.replaceAll('-', '_'),
])('%s is no traceparent, and a tracestate without one says nothing', (traceparent) => {
  expect(Object.keys(of({ traceparent, tracestate: 'vendor=1' }).headers)).toEqual(['x-ms-client-request-id']);
});

test.each([
  ['512 characters', 'x'.repeat(512), true],
  ['513 characters', 'x'.repeat(513), false],
  ['nothing', '', false],
  ['a tab in it', 'a\tb', false],
])('a tracestate of %s is passed on: %#', (_, tracestate, passed) => {
  const { headers } = of({ traceparent: TRACE, tracestate });
  expect(headers.traceparent).toBe(TRACE);
  expect(headers.tracestate).toBe(passed ? tracestate : undefined);
});
