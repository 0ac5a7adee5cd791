// '@azure/functions-core' as the Functions worker provides it: the module through which an app registers itself.
//
// The real one exists only inside the worker, which serves it by patching Module.prototype.require; so does this. The
// interfaces below are the part of it that HTTP functions use.
import Module from 'node:module';

export interface Binding {
  type: string;
  direction: 'in' | 'out';
  name?: string;
  authLevel?: string;
  methods?: string[];
  route?: string;
}

export interface FunctionMetadata {
  name: string;
  bindings: Record<string, Binding>;
}

export type FunctionCallback = (...args: unknown[]) => unknown;
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

/** RpcHttp of the host's protocol, both ways. */
export interface RpcHttp {
  url?: string;
  method?: string;
  statusCode?: string;
  headers?: Record<string, string>;
  nullableHeaders?: Record<string, { value: string }>;
  nullableQuery?: Record<string, { value: string }>;
  nullableParams?: Record<string, { value: string }>;
  cookies?: { name: string; value: string }[];
  body?: { bytes?: Uint8Array; string?: string } | null;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: { http?: RpcHttp } | null }>;
}

/** What `@azure/functions` hands over: its own conversion from and to the host's protocol. */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(invocation: object): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate';
type HookCallback = (context: object) => void | Promise<void>;

export class Disposable {
  constructor(readonly dispose: () => void) {}
}

/** Everything an app registers while it loads. */
export class CoreApi {
  readonly version = '4.0.0';
  readonly hostVersion = '4.1000.0';
  readonly Disposable = Disposable;
  readonly functions = new Map<string, { metadata: FunctionMetadata; callback: FunctionCallback }>();
  programmingModel: ProgrammingModel | undefined;
  readonly #hooks: { name: HookName; callback: HookCallback }[] = [];

  registerFunction = (metadata: FunctionMetadata, callback: FunctionCallback): Disposable => {
    this.functions.set(metadata.name, { metadata, callback });
    return new Disposable(() => this.functions.delete(metadata.name));
  };

  setProgrammingModel = (model: ProgrammingModel): void => {
    this.programmingModel = model;
  };

  getProgrammingModel = (): ProgrammingModel | undefined => this.programmingModel;

  registerHook = (name: HookName, callback: HookCallback): Disposable => {
    const hook = { name, callback };
    this.#hooks.push(hook);
    return new Disposable(() => this.#hooks.splice(this.#hooks.indexOf(hook), 1));
  };

  log = (level: LogLevel, _category: string, message: string): void => {
    if (level === 'warning' || level === 'error') console.error(message);
  };

  async runHooks(name: HookName, context: object): Promise<void> {
    for (const hook of [...this.#hooks]) if (hook.name === name) await hook.callback(context);
  }

  /** Makes `require('@azure/functions-core')` give this object to whatever loads from now on. */
  serve(): void {
    const real = Module.prototype.require;
    const api = this;
    Module.prototype.require = function require(this: NodeModule, id: string) {
      return id === '@azure/functions-core' ? api : real.call(this, id);
    } as typeof Module.prototype.require;
  }
}
