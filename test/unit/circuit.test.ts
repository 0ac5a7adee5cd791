// The circuit and the retry budget, outcome by outcome.
import { type ErrorCode, ProxyError } from '../../shared/contract/errors';
import { type Admission, Circuit } from '../../shared/upstream/circuit';
import { RetryBudget } from '../../shared/upstream/retryBudget';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const failure = (code: ErrorCode = 'UpstreamError') => new ProxyError(code, 'failed');

function admitted(circuit: Circuit): Admission {
  const admission = circuit.admit();
  if (admission instanceof ProxyError) throw admission;
  return admission;
}

function report(circuit: Circuit, count: number, error?: ProxyError): void {
  for (let index = 0; index < count; index += 1) admitted(circuit).settle(error);
}

function opened(): Circuit {
  const circuit = new Circuit();
  report(circuit, 10, failure());
  return circuit;
}

test('ten failures open it, nine do not', () => {
  const circuit = new Circuit();
  report(circuit, 9, failure());
  expect(circuit.state).toBe('closed');
  report(circuit, 1, failure());
  expect(circuit.state).toBe('open');
});

test('it looks back on 25 outcomes, of which more than 85 % must be failures', () => {
  const circuit = new Circuit();
  report(circuit, 25);
  report(circuit, 21, failure());
  expect(circuit.state).toBe('closed');
  report(circuit, 1, failure());
  expect(circuit.state).toBe('open');
});

test.each<ErrorCode>(['UpstreamError', 'UpstreamUnavailable', 'UpstreamTimeout', 'InvalidUpstreamResponse'])(
  '%s speaks against ACS',
  (code) => {
    const circuit = new Circuit();
    report(circuit, 10, failure(code));
    expect(circuit.state).toBe('open');
  },
);

test.each<ErrorCode>([
  'RoomNotFound',
  'RejectedByRooms',
  'TooManyRequests',
  'UpstreamAuthenticationFailed',
  'UnsupportedApiVersion',
])('%s says that ACS lives', (code) => {
  const circuit = new Circuit();
  report(circuit, 5, failure(code));
  report(circuit, 9, failure());
  expect(circuit.state).toBe('closed');
});

test.each<ErrorCode>(['CredentialUnavailable', 'InternalError', 'NotConfigured'])('%s says nothing of ACS', (code) => {
  const circuit = new Circuit();
  report(circuit, 25, failure(code));
  report(circuit, 10, failure());
  expect(circuit.state).toBe('open');
});

test('while open it refuses, and says for how long', () => {
  const circuit = opened();
  jest.advanceTimersByTime(500);
  expect(circuit.admit()).toMatchObject({ code: 'UpstreamUnavailable', retryAfterMs: 1500, retryable: false });
  jest.advanceTimersByTime(1499);
  expect(circuit.state).toBe('open');
  jest.advanceTimersByTime(1);
  expect(circuit.state).toBe('halfOpen');
});

test('one at a time finds out whether ACS is back; the others are refused meanwhile', () => {
  const circuit = opened();
  jest.advanceTimersByTime(2000);
  const probe = admitted(circuit);
  expect(circuit.state).toBe('halfOpen');
  expect(circuit.admit()).toMatchObject({ code: 'UpstreamUnavailable', retryAfterMs: 2000 });
  probe.settle();
  expect(circuit.state).toBe('closed');
  report(circuit, 9, failure());
  expect(circuit.state).toBe('closed');
});

test('a probe that fails keeps it open for another while', () => {
  const circuit = opened();
  jest.advanceTimersByTime(2000);
  admitted(circuit).settle(failure());
  expect(circuit.state).toBe('open');
  jest.advanceTimersByTime(1999);
  expect(circuit.admit()).toBeInstanceOf(ProxyError);
  jest.advanceTimersByTime(1);
  admitted(circuit).settle(failure('RoomNotFound'));
  expect(circuit.state).toBe('closed');
});

test('a probe that did not reach ACS leaves the place to the next', () => {
  const circuit = opened();
  jest.advanceTimersByTime(2000);
  admitted(circuit).settle(failure('CredentialUnavailable'));
  expect(circuit.state).toBe('halfOpen');
  admitted(circuit).settle();
  expect(circuit.state).toBe('closed');
});

test('attempts from before it opened are no news', () => {
  const circuit = new Circuit();
  const early = Array.from({ length: 20 }, () => admitted(circuit));
  for (const admission of early.slice(0, 10)) admission.settle(failure());
  jest.advanceTimersByTime(1000);
  for (const admission of early.slice(10)) admission.settle(failure());
  expect(circuit.admit()).toMatchObject({ retryAfterMs: 1000 });
  jest.advanceTimersByTime(1000);
  expect(circuit.state).toBe('halfOpen');
});

test('the budget has a hundred retries, of which each success pays for six tenths', () => {
  const budget = new RetryBudget();
  const spend = () => {
    let spent = 0;
    while (budget.spend()) spent += 1;
    return spent;
  };
  for (let index = 0; index < 1000; index += 1) budget.earn();
  expect(spend()).toBe(100);
  budget.earn();
  expect(budget.spend()).toBe(false);
  budget.earn();
  expect(budget.spend()).toBe(true);
  expect(budget.spend()).toBe(false);
});
