// The log line of a removal: its level, its fields, and what it tells of a failure.
import { ProxyError } from '../../shared/contract/errors';
import { writeRecord, writeWarning } from '../../shared/log';

function written(record: Parameters<typeof writeRecord>[0]) {
  const lines: [string, string][] = [];
  const sink = (level: string) => (line: string) => lines.push([level, line]);
  writeRecord(record, { info: sink('info'), warn: sink('warn'), error: sink('error') });
  expect(lines).toHaveLength(1);
  const [[level = '', line = ''] = []] = lines;
  return { level, ...JSON.parse(line) };
}

test('a removal that went through is information, with whole milliseconds', () => {
  expect(written({ requestId: 'r', removed: 1, upstreamMs: 1.6, totalMs: 2.4 })).toEqual({
    level: 'info',
    event: 'removal',
    requestId: 'r',
    removed: 1,
    code: 'Removed',
    upstreamMs: 2,
    totalMs: 2,
  });
  expect(written({ requestId: 'r' })).toMatchObject({ upstreamMs: 0, totalMs: 0 });
});

test.each([
  ['RoomNotFound', 'warn'],
  ['TooManyRequests', 'warn'],
  ['InternalError', 'error'],
  ['UpstreamError', 'error'],
  ['UpstreamTimeout', 'error'],
] as const)('%s is a matter of %s', (code, level) => {
  const record = written({ requestId: 'r', error: new ProxyError(code, 'No.') });
  expect(record).toMatchObject({ level, code });
  expect('fault' in record).toBe(level === 'error');
});

test('a failure is told with all that led to it: messages for what is foreign, stacks for what is ours', () => {
  const cause = new Error('of 8:acs:somebody', { cause: 'Bearer abc' });
  const told = ['Error: of [participant]', 'Bearer [redacted]'];
  const upstream = written({ requestId: 'r', error: new ProxyError('UpstreamError', 'No.', { cause }) });
  expect(upstream.fault).toEqual(['ProxyError: No.', ...told]);
  const ours = written({ requestId: 'r', error: new ProxyError('InternalError', 'No.', { cause }) });
  expect(ours.fault[1]).toMatch(/^Error: of \[participant\]\n\s+at /);
  expect(ours.fault).toHaveLength(3);
});

test('an error without a stack is told by its message', () => {
  const cause = Object.assign(new Error('bare'), { stack: undefined });
  const { fault } = written({ requestId: 'r', error: new ProxyError('InternalError', 'No.', { cause }) });
  expect(fault[1]).toBe('Error: bare');
});

test('what a parser quotes is not told', () => {
  const cause = new SyntaxError('Unexpected token in "a piece of a secret"');
  expect(written({ requestId: 'r', error: new ProxyError('UpstreamError', 'No.', { cause }) }).fault[1]).toBe(
    'SyntaxError',
  );
});

test('causes that go round in a circle end after eight', () => {
  const cause = new Error('round');
  cause.cause = cause;
  expect(written({ requestId: 'r', error: new ProxyError('UpstreamError', 'No.', { cause }) }).fault).toHaveLength(8);
});

test('a warning of the process is a line of its own, without stacks', () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  writeWarning('tokenNotRenewed', new Error('8:acs:somebody'));
  expect(warn.mock.calls).toEqual([['{"event":"tokenNotRenewed","fault":["Error: [participant]"]}']]);
  warn.mockRestore();
});
