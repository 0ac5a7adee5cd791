// Runs the emulator alone: node out/emulator.js [--port 7072]
import { fail, listenFault, onStop, portsFrom } from '../commandLine';
import { ACCESS_KEY, startEmulator } from './emulator';

const { port } = portsFrom({ port: 7072 });
startEmulator({ port }).then(
  ({ url, close }) => {
    console.log(`ACS emulator on ${url}\nConnection string: endpoint=${url}/;accesskey=${ACCESS_KEY}`);
    onStop(close);
  },
  (error: unknown) => fail(listenFault(error, 'ACS emulator', port, '--port')),
);
