// `npm start` as a user has it: out/start.js, on ports of its own.
import { fork } from 'node:child_process';
import path from 'node:path';

const project = path.resolve(__dirname, '../..');

export interface Started {
  /** Origin of the function. */
  url: string;
  /** Origin of the emulator and its console. */
  emulator: string;
  output(): string;
  stop(): Promise<void>;
}

export async function startAll(): Promise<Started> {
  const { PATH = '' } = process.env;
  const child = fork(path.join(project, 'out/start.js'), ['--port', '0', '--emulator-port', '0'], {
    cwd: project,
    env: { PATH },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const addresses = await new Promise<{ url: string; emulator: string }>((resolve, reject) => {
    child.once('message', (message: { url: string; emulator: string }) => resolve(message));
    exited.then(() => reject(new Error(`npm start ended: ${output}`)));
  });
  return {
    ...addresses,
    output: () => output,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
