// The proxy in the test's own process, from its sources: for mutation testing, which cannot reach into another process.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { removeParticipants } from '../../shared/removeParticipants';
import { createService } from '../../shared/service';
import { readSettings } from '../../shared/settings';

/** Serves the use case as the host serves the function. */
export async function serveInProcess(settings: Record<string, string>): Promise<{
  url: string;
  output(): string;
  stop(): Promise<void>;
}> {
  const service = createService(readSettings(settings));
  // What is wrong with the settings is for the use case to tell.
  service.catch(() => {});
  const lines: string[] = [];
  const sink = (line: string) => lines.push(line);
  const warn = jest.spyOn(console, 'warn').mockImplementation(sink);
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const { status, headers, body } = await removeParticipants(
      {
        headers: { get: (name) => request.headersDistinct[name]?.join(', ') ?? null },
        arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
      },
      { invocationId: randomUUID(), info: sink, warn: sink, error: sink },
      () => service,
    );
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    output: () => lines.join('\n'),
    stop: async () => {
      warn.mockRestore();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
