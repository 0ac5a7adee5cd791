// A stand-in for the Functions host, for people without the `func` command: serves the built app over HTTP as `func start`
// does. Like it, it does not enforce function keys.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { loadApp } from './app';
import type { LogLevel } from './coreApi';
import { allowOrigin, isPreflight } from './cors';
import { applyToEnvironment, type LocalSettings } from './localSettings';
import { type Route, routesOf } from './routes';
import { toRpcHttp, writeRpcHttp } from './rpcHttp';

export interface HostOptions {
  /** Folder that holds host.json, package.json and the settings. */
  root: string;
  port: number;
  settings: LocalSettings;
  log(level: LogLevel, line: string): void;
}

export interface Host {
  url: string;
  /** The functions, each with its methods and address. */
  listing: { name: string; methods: string[]; url: string; authLevel: string }[];
  close(): Promise<void>;
}

/** Rejects where the app does not load or the port is taken. */
export async function startHost({ root, port, settings, log }: HostOptions): Promise<Host> {
  applyToEnvironment(settings.values);
  const hostFile: { extensions?: { http?: { routePrefix?: string } } } = JSON.parse(
    await readFile(path.join(root, 'host.json'), 'utf8'),
  );
  const app = await loadApp(root);
  const routes = routesOf(app.functions, hostFile.extensions?.http?.routePrefix ?? 'api');

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    allowOrigin(request, response, settings);
    if (isPreflight(request)) {
      response.writeHead(204).end();
      return;
    }
    const found = findRoute(routes, request.method ?? 'GET', url.pathname);
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    const rpc = await toRpcHttp(request, url, found.params);
    if (!rpc) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const id = randomUUID();
    const label = `'Functions.${found.functionName}'`;
    const startedAt = performance.now();
    const ended = (how: string) =>
      `Executed ${label} (${how}, Id=${id}, Duration=${Math.round(performance.now() - startedAt)}ms)`;
    log('information', `Executing ${label} (Id=${id})`);
    try {
      const traceparent = request.headers.traceparent;
      const answer = await app.invoke(found.functionName, {
        id,
        http: rpc,
        traceparent: typeof traceparent === 'string' ? traceparent : undefined,
        log,
      });
      log('information', ended('Succeeded'));
      writeRpcHttp(answer, response);
    } catch (error) {
      log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      log('error', ended('Failed'));
      response.writeHead(500).end();
    }
  }

  const server = http.createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (!request.destroyed) log('error', String(error));
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    listing: routes.map(({ functionName, methods, template, authLevel }) => ({
      name: functionName,
      authLevel,
      methods,
      url: `${url}/${template}`,
    })),
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await app.stop();
    },
  };
}

function findRoute(routes: Route[], method: string, pathname: string) {
  for (const route of routes) {
    const params = route.match(pathname);
    if (params && (route.methods.length === 0 || route.methods.includes(method))) return { ...route, params };
  }
  return undefined;
}
