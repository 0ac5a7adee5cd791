// Runs the emulator alone: node out/emulator.js [--port 7072]
import { fail, listenFault, onStop, portsFrom } from '../commandLine';
import { startEmulator } from './emulator';

const { port } = portsFrom({ port: 7072 });
startEmulator({ port }).then(
  ({ url, close }) => {
    console.log(`ACS emulator on ${url}`);
    onStop(close);
  },
  (error: unknown) => fail(listenFault(error, 'ACS emulator', port, '--port')),
);
