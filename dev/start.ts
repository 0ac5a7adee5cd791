// npm start: the emulator of ACS with its console, and the built app under the host, with a first call to paste.
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { apiVersions } from '../shared/apiVersions';
import { fail, listenFault, onStop, portsFrom } from './commandLine';
import type { ProxyControl } from './emulator/control';
import { ACCESS_KEY, type Emulator, startEmulator } from './emulator/emulator';
import { readLocalSettings } from './host/localSettings';

const EMULATOR_PORT = 7072;

/** What each credential mode needs besides the settings that point at the emulator. */
const AUTH_MODES: Record<string, Record<string, string>> = {
  entra: {},
  'user-token': { ACS_USER_ID: '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_moderator' },
  'access-key': { ACS_ACCESS_KEY: ACCESS_KEY },
};

async function main(): Promise<void> {
  const { port, 'emulator-port': emulatorPort } = portsFrom({ port: 7071, 'emulator-port': EMULATOR_PORT });
  const settings = await readLocalSettings(process.cwd()).catch((error: unknown) => fail(String(error)));
  let host: Host | undefined;
  let changing = Promise.resolve();
  const proxy: ProxyControl = {
    url: `http://127.0.0.1:${port}`,
    apiVersion: process.env.ACS_API_VERSION ?? settings.values.ACS_API_VERSION ?? '2022-02-01',
    authMode: process.env.ACS_AUTH_MODE ?? settings.values.ACS_AUTH_MODE ?? 'entra',
    apiVersions: Object.keys(apiVersions),
    authModes: Object.keys(AUTH_MODES),
    // One after the other: two hosts at a time would want the same port.
    change: (wanted) => {
      changing = changing.then(() => restart(wanted));
      return changing;
    },
  };
  const emulator = await startEmulator({
    port: emulatorPort,
    consoleFolder: path.join(__dirname, 'console'),
    proxy: () => proxy,
  }).catch((error: unknown) => fail(listenFault(error, 'ACS emulator', emulatorPort, 'npm start -- --emulator-port')));
  const pointed = pointingAt(emulator, settings.values);
  console.log(`ACS emulator on ${emulator.url}`);

  async function startHost(hostPort: string, environment: Record<string, string>): Promise<Host> {
    const started = await forkHost(hostPort, emulator, environment);
    proxy.url = started.url;
    started.process.once('exit', async (code) => {
      await emulator.close();
      process.exit(code ?? 1);
    });
    return started;
  }

  async function restart({ apiVersion, authMode }: { apiVersion: string; authMode: string }): Promise<void> {
    await host?.stop();
    host = await startHost(new URL(proxy.url).port, {
      ...pointed,
      ACS_API_VERSION: apiVersion,
      ACS_AUTH_MODE: authMode,
      ...AUTH_MODES[authMode],
    });
    Object.assign(proxy, { apiVersion, authMode });
  }

  onStop(async () => {
    await host?.stop();
    await emulator.close();
  });
  host = await startHost(String(port), pointed);
  console.log(firstCall(host.url, emulator.url));
  // Whoever started this process learns the addresses without reading the text.
  process.send?.({ url: host.url, emulator: emulator.url });
}

interface Host {
  url: string;
  process: ChildProcess;
  /** Ends it, without ending this program. */
  stop(): Promise<void>;
}

/** Resolves once the host serves; ends this program where it does not come to that. */
async function forkHost(port: string, emulator: Emulator, environment: Record<string, string>): Promise<Host> {
  const child = fork(path.join(__dirname, 'host.js'), ['--port', port, '--cors', emulator.url], {
    env: { ...process.env, ...environment },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await Promise.race([
    new Promise<string>((resolve) => child.once('message', (message: { url: string }) => resolve(message.url))),
    // What is wrong the host has said itself.
    exited.then((code) => process.exit(code ?? 1)),
  ]);
  return {
    url,
    process: child,
    stop: async () => {
      child.removeAllListeners('exit');
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}

/** Settings that are meant for the emulator on its usual port follow it to another one. */
function pointingAt({ url }: Emulator, values: Record<string, string>): Record<string, string> {
  const usual = `http://127.0.0.1:${EMULATOR_PORT}`;
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value.includes(usual) && process.env[name] === undefined ? [[name, value.replace(usual, url)]] : [],
    ),
  );
}

function firstCall(url: string, emulator: string): string {
  const resource = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_00000010-ce28-064a-83fe-';
  return `
Open the console in a browser:  ${emulator}/

Or take a presenter out of a room from another terminal:

  curl -i ${url}/api/removeParticipants \\
    -H 'content-type: application/json' \\
    -d '{"roomId":"99199690362660524","participants":["${resource}084822000666"]}'

It answers 200 with the presenter in "removed" and the attendee, who stays, in "participants":

  {"roomId":"99199690362660524",
   "removed":["${resource}084822000666"],
   "participants":[{"rawId":"${resource}084822000777","role":"Attendee"}],
   "requestId":"..."}

Ctrl-C stops both.
`;
}

void main();
