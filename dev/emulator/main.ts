// Runs the emulator alone: node out/emulator.js [--port 7072]
import path from 'node:path';
import { fail, listenFault, onStop, portsFrom } from '../commandLine';
import { ACCESS_KEY, startEmulator } from './emulator';

const { port } = portsFrom({ port: 7072 });
startEmulator({ port, consoleFolder: path.join(__dirname, 'console') }).then(
  ({ url, close }) => {
    console.log(
      `ACS emulator on ${url}, its console at ${url}/\nConnection string: endpoint=${url}/;accesskey=${ACCESS_KEY}`,
    );
    onStop(close);
  },
  (error: unknown) => fail(listenFault(error, 'ACS emulator', port, '--port')),
);
