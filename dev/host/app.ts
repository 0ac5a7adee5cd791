// The app under the host: loaded from `main` of its package.json as the Node worker does, invoked through the programming
// model's own conversion of requests and answers.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CoreApi, type FunctionMetadata, type LogLevel, type ProgrammingModel, type RpcHttp } from './coreApi';

export interface App {
  /** Milliseconds that the entry point took to load and to register its functions. */
  loadMs: number;
  functions: FunctionMetadata[];
  invoke(name: string, invocation: InvocationRequest): Promise<RpcHttp | undefined>;
  stop(): Promise<void>;
}

export interface InvocationRequest {
  id: string;
  http: RpcHttp;
  traceparent: string | undefined;
  log(level: LogLevel, message: string): void;
}

/** @param root folder that holds package.json */
export async function loadApp(root: string): Promise<App> {
  const manifest: { main?: string } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  if (!manifest.main) throw new Error('package.json names no main.');
  const core = new CoreApi();
  core.serve();
  const startedAt = performance.now();
  createRequire(path.join(root, 'package.json'))(path.resolve(root, manifest.main));
  const loadMs = performance.now() - startedAt;
  const model = core.programmingModel;
  if (!model || core.functions.size === 0) throw new Error(`${manifest.main} registered no function.`);

  const appHookData = {};
  const hookContext = { hookData: {}, appHookData, functionAppDirectory: root };
  await core.runHooks('appStart', hookContext);
  await model.getCapabilities({});
  return {
    loadMs,
    functions: [...core.functions.values()].map(({ metadata }) => metadata),
    invoke: (name, invocation) => invoke(core, model, name, invocation, appHookData),
    stop: () => core.runHooks('appTerminate', hookContext),
  };
}

async function invoke(
  core: CoreApi,
  model: ProgrammingModel,
  name: string,
  { id, http, traceparent, log }: InvocationRequest,
  appHookData: object,
): Promise<RpcHttp | undefined> {
  const registered = core.functions.get(name);
  if (!registered) throw new Error(`There is no function ${name}.`);
  const { metadata, callback } = registered;
  const [trigger] = Object.entries(metadata.bindings).filter(([, { direction }]) => direction === 'in');
  const coreContext = {
    invocationId: id,
    metadata,
    request: {
      inputData: [{ name: trigger?.[0], data: { http } }],
      traceContext: { traceParent: traceparent ?? '', traceState: '', attributes: {} },
      triggerMetadata: {},
    },
    state: undefined as string | undefined,
    log: (level: LogLevel, _category: string, message: string) => log(level, message),
  };
  const invocation = model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  const hook = { hookData: {}, appHookData, invocationContext: context, functionCallback: callback, inputs };

  coreContext.state = 'preInvocationHooks';
  await core.runHooks('preInvocation', hook);
  const outcome = { ...hook, result: undefined as unknown, error: undefined as unknown };
  coreContext.state = 'invocation';
  try {
    outcome.result = await invocation.invokeFunction(context, hook.inputs, hook.functionCallback);
  } catch (error) {
    outcome.error = error;
  }
  coreContext.state = 'postInvocationHooks';
  await core.runHooks('postInvocation', outcome);
  if (outcome.error !== undefined) throw outcome.error;
  const { returnValue } = await invocation.getResponse(context, outcome.result);
  return returnValue?.http;
}
