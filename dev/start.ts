// npm start: the emulator of ACS and the built app under the host, with a first call to paste.
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fail, listenFault, onStop, portsFrom } from './commandLine';
import { type Emulator, startEmulator } from './emulator/emulator';
import { readLocalSettings } from './host/localSettings';

const EMULATOR_PORT = 7072;

async function main(): Promise<void> {
  const { port, 'emulator-port': emulatorPort } = portsFrom({ port: 7071, 'emulator-port': EMULATOR_PORT });
  const settings = await readLocalSettings(process.cwd()).catch((error: unknown) => fail(String(error)));
  const emulator = await startEmulator({ port: emulatorPort }).catch((error: unknown) =>
    fail(listenFault(error, 'ACS emulator', emulatorPort, 'npm start -- --emulator-port')),
  );
  console.log(`ACS emulator on ${emulator.url}`);

  const host = fork(path.join(__dirname, 'host.js'), ['--port', String(port)], {
    env: { ...process.env, ...pointingAt(emulator, settings.values) },
  });
  onStop(() => stop(host, emulator));
  host.once('exit', async (code) => {
    await emulator.close();
    process.exit(code ?? 1);
  });
  host.once('message', (message: { url: string }) => console.log(firstCall(message.url)));
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

async function stop(host: ChildProcess, emulator: Emulator): Promise<void> {
  host.removeAllListeners('exit');
  // Ctrl-C in a terminal reaches the host as well; from elsewhere only this process is told.
  if (host.exitCode === null) host.kill();
  await emulator.close();
}

function firstCall(url: string): string {
  const resource = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_00000010-ce28-064a-83fe-';
  return `
Take a presenter out of a room; paste this into another terminal:

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
