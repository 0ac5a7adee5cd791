// Runs the host alone: node out/host.js [--port 7071] [--cors <origins>]
import { corsFrom, fail, listenFault, onStop, portsFrom } from '../commandLine';
import type { LogLevel } from './coreApi';
import { startHost } from './host';
import { readLocalSettings } from './localSettings';

const root = process.cwd();

function log(level: LogLevel, line: string): void {
  const text = `[${new Date().toISOString()}] ${line}`;
  if (level === 'error' || level === 'critical') console.error(text);
  else console.log(text);
}

async function main(): Promise<void> {
  const settings = await readLocalSettings(root).catch((error: unknown) => fail(String(error)));
  settings.corsOrigins.push(...corsFrom());
  const { port } = portsFrom({ port: settings.port ?? 7071 });
  try {
    const { listing, url, close } = await startHost({ root, port, settings, log });
    onStop(close);
    console.log(`\nFunctions (settings from ${settings.file ?? 'the environment'}):\n`);
    for (const { name, methods, url } of listing) console.log(`\t${name}: [${methods.join(',')}] ${url}`);
    console.log(`\nHost on ${url}`);
    // Whoever started this process learns the address without reading the text.
    process.send?.({ url, functions: listing });
  } catch (error) {
    fail(listenFault(error, 'Functions host', port, '--port'));
  }
}

void main();
