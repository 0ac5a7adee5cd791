// The processes of the benchmark: the other end of the network, and the peers one after the other.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loopbackCertificate } from '../harness/certificate';
import type { Done, Loaded, Order } from './worker';

/** Ours last: whatever goes before warms the machine for it as much as for the others, since rounds are interleaved. */
export const PEERS = ['empty', 'floor', 'sdk', 'sdkFromModules', 'proxy'] as const;
export type Peer = (typeof PEERS)[number];

export interface Bench {
  /** A new process with the app loaded. */
  load(
    peer: Peer,
    execArgv?: string[],
  ): Promise<{ loaded: Loaded; order(order: Order): Promise<Done>; stop(): Promise<void> }>;
  /** A new process that carries out `order` as soon as it has loaded the app. */
  first(peer: Peer, order: Order): Promise<Done>;
  close(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const { key, cert } = await loopbackCertificate();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rooms-bench-'));
  const authority = path.join(folder, 'authority.pem');
  await writeFile(authority, cert);
  const { PATH = '' } = process.env;
  const upstream = fork(path.join(__dirname, 'upstream.js'), { env: { PATH, TLS_KEY: key, TLS_CERT: cert } });
  const { endpoint, identity, token } = await message<{ endpoint: string; identity: string; token: string }>(upstream);
  const environment = {
    PATH,
    NODE_EXTRA_CA_CERTS: authority,
    ACS_ENDPOINT: endpoint,
    FIXED_TOKEN: token,
    IDENTITY_ENDPOINT: identity,
    IDENTITY_HEADER: 'local-emulator',
  };

  const start = (peer: Peer, execArgv: string[]) =>
    fork(path.join(__dirname, 'worker.js'), [path.join(__dirname, 'apps', peer)], {
      env: environment,
      execArgv,
    });

  return {
    async load(peer, execArgv = []) {
      const child = start(peer, execArgv);
      const loaded = await message<Loaded>(child);
      return {
        loaded,
        order: (order) => {
          child.send(order);
          return message<Done>(child);
        },
        stop: () => stop(child),
      };
    },
    async first(peer, order) {
      const child = start(peer, []);
      await message<Loaded>(child);
      // As the Functions host does, which hears that the app is loaded before it sends what is waiting.
      child.send(order);
      const done = await message<Done>(child);
      await stop(child);
      return done;
    },
    async close() {
      await stop(upstream);
      await rm(folder, { recursive: true });
    },
  };
}

function message<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`A process of the benchmark ended with ${code}.`));
    child.once('exit', gone);
    child.once('message', (received: Message) => {
      child.off('exit', gone);
      resolve(received);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
