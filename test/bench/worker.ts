// A measured process: loads one app as the Functions worker does, makes removals through the programming model, and tells
// what that cost this process. The network's other end is in another one.
import { randomUUID } from 'node:crypto';
import { type App, loadApp } from '../../dev/host/app';
import type { RpcHttp } from '../../dev/host/coreApi';

export interface Loaded {
  kind: 'loaded';
  loadMs: number;
  rssBytes: number;
}

/** Asks for `count` removals of `people` each, `atATime` under way. */
export interface Order {
  count: number;
  atATime: number;
  people: number;
}

export interface Done {
  kind: 'done';
  /** Milliseconds since the process started, at the end of the last removal. */
  sinceStartMs: number;
  /** Milliseconds of CPU, all threads of the process. */
  cpuMs: number;
  p50Ms: number;
  p99Ms: number;
  heapBytes: number;
}

const ROOM = '99199690362660524';

function requestFor(people: number): RpcHttp {
  const participants = Array.from({ length: people }, (_, at) => `8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_${at}`);
  const headers = { 'content-type': 'application/json', host: 'app.azurewebsites.net', 'user-agent': 'bench' };
  return {
    method: 'POST',
    url: 'https://app.azurewebsites.net/api/removeParticipants',
    nullableHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
    nullableQuery: {},
    nullableParams: {},
    body: { bytes: Buffer.from(JSON.stringify({ roomId: ROOM, participants })) },
  };
}

async function carryOut(app: App, { count, atATime, people }: Order): Promise<Done> {
  const http = requestFor(people);
  const latencies: number[] = [];
  let started = 0;
  let said = '';
  const log = (_level: string, line: string) => {
    said = line;
  };
  const cpuBefore = process.cpuUsage();
  const worker = async () => {
    while (started < count) {
      started += 1;
      const startedAt = performance.now();
      const answer = await app.invoke('removeParticipants', { id: randomUUID(), http, traceparent: undefined, log });
      latencies.push(performance.now() - startedAt);
      if (Number(answer?.statusCode) !== 200)
        throw new Error(`Answered ${answer?.statusCode}: ${Buffer.from(answer?.body?.bytes ?? []).toString()} ${said}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, count) }, worker));
  const sinceStartMs = performance.now();
  const { user, system } = process.cpuUsage(cpuBefore);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  globalThis.gc?.();
  return {
    kind: 'done',
    sinceStartMs,
    cpuMs: (user + system) / 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    heapBytes: process.memoryUsage().heapUsed,
  };
}

async function main(): Promise<void> {
  const [root = ''] = process.argv.slice(2);
  const app = await loadApp(root);
  const loaded: Loaded = { kind: 'loaded', loadMs: app.loadMs, rssBytes: process.memoryUsage().rss };
  process.send?.(loaded);
  process.on('message', async (order: Order) => process.send?.(await carryOut(app, order)));
}

void main();
