// Which function a request is for: routes and methods as the functions register them, below host.json's route prefix.
import type { FunctionMetadata } from './coreApi';

export interface Route {
  functionName: string;
  /** What the Functions host would ask for: `function` a key, `anonymous` nothing. */
  authLevel: string;
  /** Upper case; empty for all. */
  methods: string[];
  /** Without a slash in front, for example `api/rooms/{id}`. */
  template: string;
  match(path: string): Record<string, string> | undefined;
}

export function routesOf(functions: FunctionMetadata[], routePrefix: string): Route[] {
  return functions.flatMap(({ name, bindings }) =>
    Object.values(bindings)
      .filter(({ type }) => type.toLowerCase() === 'httptrigger')
      .map(({ route = name, methods = [], authLevel = 'function' }) => {
        const template = [routePrefix, route]
          .map((part) => part.replace(/^\/+|\/+$/g, ''))
          .filter(Boolean)
          .join('/');
        const match = matcher(template);
        return {
          functionName: name,
          authLevel,
          methods: methods.map((method) => method.toUpperCase()),
          template,
          match,
        };
      }),
  );
}

/** Literal segments match without regard to case, as ASP.NET Core routing has it; `{name}` and `{name:constraint}` capture. */
function matcher(template: string): Route['match'] {
  const names: string[] = [];
  const pattern = template
    .split('/')
    .map((segment) => {
      const [, name] = /^\{([^:?}]+)[^}]*\}$/.exec(segment) ?? [];
      if (name === undefined) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(name);
      return '([^/]+)';
    })
    .join('/');
  const expression = new RegExp(`^/${pattern}/?$`, 'i');
  return (path) => {
    const captured = expression.exec(path);
    if (!captured) return undefined;
    return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(captured[index + 1] ?? '')]));
  };
}
