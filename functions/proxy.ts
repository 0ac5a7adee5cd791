// The proxy, loaded when it is first needed: the worker registers functions sooner without it.
type Proxy = typeof import('../shared/proxy');

let loaded: Proxy | undefined;

/** At once where it is loaded already: importing it once more would cost each removal some microseconds. */
export function loadProxy(): Proxy | Promise<Proxy> {
  return loaded ?? load();
}

async function load(): Promise<Proxy> {
  loaded = await import('../shared/proxy');
  return loaded;
}
