// One exchange over a real socket: what goes out, and each way in which it can fail.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { createTransport, traced } from '../../shared/upstream/transport';
import { loopbackCertificate } from '../harness/certificate';

const open: (http.Server | net.Server)[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: http.Server | net.Server, scheme = 'http', host = '127.0.0.1'): Promise<string> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

const serve = (handle: http.RequestListener) => listen(http.createServer(handle));
const get = { method: 'GET', path: '/a?b=c', headers: {} } as const;

test('what goes out: method, path, headers of the request and of the proxy, and the length of a body', async () => {
  const seen: [string | undefined, string | undefined, http.IncomingHttpHeaders][] = [];
  const url = await serve(({ method, url: path, headers }, response) => {
    seen.push([method, path, headers]);
    response.end();
  });
  const transport = createTransport(url);
  await transport.send({ method: 'POST', path: '/\u0061', headers: { 'x-own': '1' }, body: '\u00e9' }, 1000);
  await transport.send(get, 1000);
  const common = { accept: 'application/json', 'user-agent': `rooms-removal-proxy/${PROXY_VERSION}` };
  expect(seen[0]).toEqual(['POST', '/a', expect.objectContaining({ ...common, 'x-own': '1', 'content-length': '2' })]);
  expect(seen[1]).toEqual(['GET', '/a?b=c', expect.objectContaining(common)]);
  expect(seen[1]?.[2]).not.toHaveProperty('content-length');
});

test('what comes back: status, headers and text, and the connection serves again', async () => {
  let connections = 0;
  const server = http.createServer((_, response) => {
    response.writeHead(418, { 'x-its': 'own' }).end('\u00e9');
  });
  server.on('connection', () => {
    connections += 1;
  });
  const transport = createTransport(await listen(server));
  for (let times = 0; times < 3; times += 1) {
    const { status, headers, body } = await transport.send(get, 1000);
    expect({ status, own: headers['x-its'], body }).toEqual({ status: 418, own: 'own', body: '\u00e9' });
  }
  expect(connections).toBe(1);
});

test('over TLS the certificate is checked', async () => {
  const tls = await loopbackCertificate();
  const url = await listen(https.createServer(tls, (_, response) => response.end()) as http.Server, 'https');
  await expect(createTransport(url).send(get, 1000)).rejects.toMatchObject({
    code: 'UpstreamUnavailable',
    cause: { code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/) },
  });
});

test('an address of IPv6 is an address', async () => {
  const url = await listen(
    http.createServer((_, response) => response.end('six')),
    'http',
    '::1',
  );
  expect((await createTransport(url).send(get, 1000)).body).toBe('six');
});

test('nobody there is UpstreamUnavailable', async () => {
  const server = http.createServer();
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  open.pop();
  await expect(createTransport(url).send(get, 1000)).rejects.toMatchObject({
    code: 'UpstreamUnavailable',
    message: 'There is no connection to ACS.',
    retryable: true,
    cause: { code: 'ECONNREFUSED' },
  });
});

test('no answer in time is UpstreamTimeout, and the socket is gone', async () => {
  let closed = () => {};
  const gone = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const url = await serve((request) => void request.socket.once('close', closed));
  await expect(createTransport(url).send(get, 30)).rejects.toMatchObject({
    code: 'UpstreamTimeout',
    message: 'ACS did not answer within 30 ms.',
  });
  await gone;
});

test('an answer cut short is InvalidUpstreamResponse', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.socket?.destroy());
  });
  await expect(createTransport(url).send(get, 1000)).rejects.toMatchObject({
    code: 'InvalidUpstreamResponse',
    message: 'The answer of ACS was cut short.',
    retryable: true,
    cause: expect.anything(),
  });
});

test('what is not HTTP is InvalidUpstreamResponse', async () => {
  const url = await listen(net.createServer((socket) => socket.resume().end('hello\r\n\r\n')));
  await expect(createTransport(url).send(get, 1000)).rejects.toMatchObject({
    code: 'InvalidUpstreamResponse',
    message: 'The answer of ACS is not HTTP.',
    cause: { code: expect.stringMatching(/^HPE_/) },
  });
});

test('1 MiB is read, and not a byte more', async () => {
  const url = await serve(({ url: path }, response) => response.end('x'.repeat(2 ** 20 + (path === '/more' ? 1 : 0))));
  const transport = createTransport(url);
  expect((await transport.send(get, 2000)).body).toHaveLength(2 ** 20);
  await expect(transport.send({ ...get, path: '/more' }, 2000)).rejects.toMatchObject({
    code: 'InvalidUpstreamResponse',
    message: 'The answer of ACS is over 1 MiB.',
    retryable: false,
  });
});

test('attempts and the time they take are counted, failures included', async () => {
  const url = await serve(({ url: path }, response) => {
    if (path === '/fail') response.destroy();
    else setTimeout(() => response.end(), 20);
  });
  const trace = { attempts: 0, upstreamMs: 0 };
  const transport = traced(createTransport(url), trace);
  const startedAt = performance.now();
  await transport.send(get, 1000);
  expect(trace.attempts).toBe(1);
  const once = trace.upstreamMs;
  expect(once).toBeGreaterThan(15);
  await expect(transport.send({ ...get, path: '/fail' }, 1000)).rejects.toThrow();
  expect(trace.attempts).toBe(2);
  expect(trace.upstreamMs).toBeGreaterThan(once);
  expect(trace.upstreamMs).toBeLessThanOrEqual(performance.now() - startedAt);
});

test('a span is told of each attempt, and its headers go along', async () => {
  const url = await serve(({ url: path, headers }, response) => {
    if (path === '/fail') response.destroy();
    else response.writeHead(503).end(headers.traceparent);
  });
  const outcomes: unknown[] = [];
  const span = {
    attempt: () => ({ headers: { traceparent: 'ours' }, end: (outcome: object) => outcomes.push(outcome) }),
    end() {},
  };
  const transport = traced(createTransport(url), { attempts: 0, upstreamMs: 0 }, span);
  const { body } = await transport.send({ ...get, headers: { traceparent: 'theirs' } }, 1000);
  expect(body).toBe('ours');
  await expect(transport.send({ ...get, path: '/fail' }, 1000)).rejects.toThrow();
  expect(outcomes).toEqual([expect.objectContaining({ status: 503 }), { error: 'UpstreamUnavailable' }]);
});

test('a connection that has been idle for a minute or two is closed, one in use is not', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'] });
  try {
    let connections = 0;
    const server = http.createServer((_, response) => response.end());
    server.on('connection', () => {
      connections += 1;
    });
    const transport = createTransport(await listen(server));
    for (let minute = 0; minute < 3; minute += 1) {
      await transport.send(get, 1000);
      await new Promise((resolve) => setImmediate(resolve));
      jest.advanceTimersByTime(60_000);
    }
    expect(connections).toBe(1);
    jest.advanceTimersByTime(60_000);
    await transport.send(get, 1000);
    expect(connections).toBe(2);
  } finally {
    jest.useRealTimers();
  }
});

test.each(['http', 'https'])(
  'a connection opened ahead over %s is the one that the next request uses',
  async (scheme) => {
    const tls = await loopbackCertificate();
    let connections = 0;
    const listener: http.RequestListener = (_, response) => response.end('yes');
    const server =
      scheme === 'https' ? (https.createServer(tls, listener) as http.Server) : http.createServer(listener);
    const connected = new Promise<void>((resolve) =>
      server.on('connection', () => {
        connections += 1;
        resolve();
      }),
    );
    const transport = createTransport(await listen(server, scheme));
    transport.connect();
    await connected;
    const outcome = await transport.send(get, 1000).catch((error: unknown) => error);
    // Over TLS the certificate, which nobody knows, is refused there as well.
    expect(outcome).toMatchObject(scheme === 'http' ? { body: 'yes' } : { code: 'UpstreamUnavailable' });
    if (scheme === 'http') expect(connections).toBe(1);
  },
);

test('a connection opened ahead that was closed in the meantime is replaced', async () => {
  const sockets: net.Socket[] = [];
  const server = http.createServer((_, response) => response.end('yes'));
  server.on('connection', (socket) => sockets.push(socket));
  const transport = createTransport(await listen(server));
  transport.connect();
  await new Promise<void>((resolve) => server.once('connection', () => resolve()));
  const [first] = sockets;
  const closed = new Promise((resolve) => first?.once('close', resolve));
  first?.destroy();
  await closed;
  // The other end learns of it with the next turn or two of the loop.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect((await transport.send(get, 1000)).body).toBe('yes');
  expect(sockets).toHaveLength(2);
});

test('nobody to connect to ahead harms nobody', async () => {
  const server = http.createServer((_, response) => response.end('yes'));
  const url = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  open.pop();
  const transport = createTransport(url);
  transport.connect();
  await expect(transport.send(get, 1000)).rejects.toMatchObject({ code: 'UpstreamUnavailable' });
});
