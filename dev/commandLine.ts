// The command line of the development programs: a port, and an answer to Ctrl-C.
import { parseArgs } from 'node:util';

/** The ports in the command line, each with its default. Ends the program where one is no port. */
export function portsFrom<Name extends string>(defaults: Record<Name, number>): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  try {
    const { values } = parseArgs({
      options: Object.fromEntries([...names, 'cors'].map((name) => [name, { type: 'string' as const }])),
    });
    const ports = names.map((name) => {
      const port = Number(values[name] ?? defaults[name]);
      if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--${name} must be a port number.`);
      return [name, port];
    });
    return Object.fromEntries(ports);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Origins that may call from a browser besides those in the settings, as `func start --cors` takes them. */
export function corsFrom(): string[] {
  const { values } = parseArgs({ options: { cors: { type: 'string' } }, strict: false });
  return typeof values.cors === 'string' ? values.cors.split(',') : [];
}

/** Says what is wrong and ends the program. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** What to tell someone whose port could not be had. */
export function listenFault(error: unknown, what: string, port: number, option: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE'
    ? `${what}: port ${port} is taken, perhaps by a copy that is still running. Stop it, or choose another: ${option} <port>.`
    : `${what}: ${error instanceof Error ? error.message : String(error)}`;
}

/** Calls `stop` once on Ctrl-C or a request to end, then ends the program. */
export function onStop(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail(String(error)),
      );
    });
  }
}
