// The built app under the development host, as a process of its own with an environment of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ACCESS_KEY, type Emulator } from '../../dev/emulator/emulator';
import { until } from './conditions';
import { serveInProcess } from './inProcess';

/** Whether the proxy runs in the test's own process, from its sources. */
export const IN_PROCESS = Boolean((globalThis as { IN_PROCESS?: boolean }).IN_PROCESS);

const project = path.resolve(__dirname, '../..');

export interface RunningProxy {
  url: string;
  /** Function name -> what the Functions host would ask of a caller. */
  authLevels: Record<string, string>;
  /** All that the process wrote so far, to both streams. */
  output(): string;
  /** The log records of removals so far, oldest first. */
  records(): Record<string, unknown>[];
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Settings that point the app at the emulator. */
export function settingsFor({ url }: Pick<Emulator, 'url'>): Record<string, string> {
  // The identity library caches for the whole process, and reads its environment: it takes a process of its own.
  if (IN_PROCESS) return { ACS_ENDPOINT: url, ...modes['access-key'] };
  return { ACS_ENDPOINT: url, IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: 'local-emulator' };
}

/** Settings for each credential mode, on top of those above. */
export const modes = {
  entra: {},
  'access-key': { ACS_AUTH_MODE: 'access-key', ACS_ACCESS_KEY: ACCESS_KEY },
  'user-token': { ACS_AUTH_MODE: 'user-token', ACS_USER_ID: '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_moderator' },
};
export type Mode = keyof typeof modes;

/**
 * @param settings the app's whole environment, but for what a process needs to run at all
 * @param execArgv further options of Node
 */
export async function startProxy(settings: Record<string, string>, execArgv: string[] = []): Promise<RunningProxy> {
  if (IN_PROCESS) {
    const served = await serveInProcess(settings);
    return { ...served, authLevels: {}, records: () => recordsIn(served.output()), process: undefined as never };
  }
  if (!existsSync(path.join(project, 'dist/index.js'))) throw new Error('The app is not built: npm run build.');
  // A folder of its own, so that a developer's local.settings.json has no part in the tests; and with a space.
  const root = await mkdtemp(path.join(os.tmpdir(), 'rooms proxy '));
  for (const name of ['dist', 'host.json', 'package.json']) {
    await symlink(path.join(project, name), path.join(root, name));
  }
  await writeFile(path.join(root, 'local.settings.json'), JSON.stringify({ Host: { CORS: 'http://127.0.0.1:7072' } }));
  const proxy = await startProxyIn(root, settings, execArgv);
  return {
    ...proxy,
    stop: async () => {
      await proxy.stop();
      await rm(root, { recursive: true });
    },
  };
}

/** The app in `root`, as {@link startProxy} runs the built one; the folder is left as it is. */
export async function startProxyIn(
  root: string,
  settings: Record<string, string>,
  execArgv: string[] = [],
): Promise<RunningProxy> {
  const { PATH = '', LANG = '', TZ = '' } = process.env;
  const child = fork(path.join(project, 'out/host.js'), ['--port', '0'], {
    cwd: root,
    env: { PATH, LANG, ...(TZ && { TZ }), ...settings },
    execArgv: ['--enable-source-maps', ...execArgv],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill();
    await exited;
  };
  interface Ready {
    url: string;
    functions: { name: string; authLevel: string }[];
  }
  const { url, functions } = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message: Ready) => resolve(message));
    exited.then(() => reject(new Error(`The host ended: ${output}`)));
  });
  return {
    url,
    authLevels: Object.fromEntries(functions.map(({ name, authLevel }) => [name, authLevel])),
    output: () => output,
    records: () => recordsIn(output),
    process: child,
    stop,
  };
}

function recordsIn(output: string): Record<string, unknown>[] {
  const lines = output.split('\n').flatMap((line) => /\{"event":"removal".*\}$/.exec(line) ?? []);
  return lines.map((json) => JSON.parse(json));
}

/** What a process holds, as it tells itself. */
export interface ProcessStats {
  /** Bytes, after a garbage collection. */
  heap: number;
  rss: number;
  /** Open handles and requests by kind, such as TCPSocketWrap and Timeout. */
  resources: Record<string, number>;
}

/** For {@link startProxy}: lets a test watch the process and set its clock. */
export const PROBE = ['--expose-gc', '--require', path.join(__dirname, 'probe.cjs')];

/** Asks a process that was started with {@link PROBE}. */
export function statsOf(proxy: RunningProxy): Promise<ProcessStats> {
  return new Promise((resolve) => {
    proxy.process.once('message', (stats: ProcessStats) => resolve(stats));
    proxy.process.send('stats');
  });
}

/** Sets the wall clock of a process that was started with {@link PROBE} off by `offsetMs` from the true time. */
export function setClock(proxy: RunningProxy, offsetMs: number): Promise<void> {
  return new Promise((resolve) => {
    proxy.process.once('message', () => resolve());
    proxy.process.send({ offsetMs });
  });
}

/** The log record of one removal, which may reach the test after the answer does. */
export async function recordOf(proxy: RunningProxy, requestId: string): Promise<Record<string, unknown>> {
  const find = () => proxy.records().find((record) => record.requestId === requestId);
  await until(() => find() !== undefined, `a log record of ${requestId}`);
  return find() ?? {};
}
