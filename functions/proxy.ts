// The proxy, loaded when it is first needed: the worker registers functions sooner without it.
type Proxy = typeof import('../shared/proxy');

let loading: Promise<Proxy> | undefined;

/** The same promise each time: even a module that is loaded already costs some microseconds to import once more. */
export function loadProxy(): Promise<Proxy> {
  loading ??= import('../shared/proxy');
  return loading;
}
