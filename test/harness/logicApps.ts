// Logic Apps running a workflow: its expressions, its branches, and its calls with the headers and retries they have.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallAction, WorkflowAction, WorkflowDefinition } from './workflowSchema';

/** A wait of Logic Apps' own is this much shorter here. */
const TIME_LAPSE = 500;

export interface RunOptions {
  /** What the trigger was given. */
  trigger?: unknown;
  parameters: Record<string, unknown>;
  /** Where a call goes that the workflow makes. */
  url(action: CallAction, evaluated: Record<string, unknown>): string;
}

export interface Outcome {
  status: 'Succeeded' | 'Failed' | 'Skipped' | 'TimedOut';
  statusCode?: number;
  body?: unknown;
}

export interface Run {
  /** Of the run, as Terminate or the last actions have it. */
  status: string;
  /** What became of each action that was reached. */
  actions: Record<string, Outcome>;
  /** What a Response action answered. */
  response?: { statusCode: number; body: unknown };
  /** Seconds waited before each call that was made again. */
  waits: number[];
}

export async function runWorkflow(definition: WorkflowDefinition, options: RunOptions): Promise<Run> {
  const runId = `08584${Math.floor(Math.random() * 1e15)}CU00`;
  const run: Run = { status: 'Running', actions: {}, waits: [] };
  const scope = { ...options, run, runId };
  await runActions(definition.actions, scope);
  if (run.status === 'Running') run.status = 'Succeeded';
  return run;
}

type Scope = RunOptions & { run: Run; runId: string };

/** Runs what may run, in the order that runAfter asks for. */
async function runActions(actions: Record<string, WorkflowAction>, scope: Scope): Promise<void> {
  const waiting = new Map(Object.entries(actions));
  while (waiting.size > 0 && scope.run.status === 'Running') {
    const ready = [...waiting].find(([, { runAfter }]) =>
      Object.keys(runAfter).every((name) => name in scope.run.actions),
    );
    if (!ready) throw new Error(`runAfter of ${[...waiting.keys()].join(', ')} names what is not there.`);
    const [name, action] = ready;
    waiting.delete(name);
    const due = Object.entries(action.runAfter).every(([before, statuses]) =>
      statuses.includes(scope.run.actions[before]?.status ?? 'Skipped'),
    );
    scope.run.actions[name] = due ? await runAction(action, scope) : { status: 'Skipped' };
  }
}

async function runAction(action: WorkflowAction, scope: Scope): Promise<Outcome> {
  const { run } = scope;
  switch (action.type) {
    case 'Function':
    case 'Http':
      return call(action, scope);
    case 'Response': {
      const { statusCode, body } = action.inputs;
      run.response = { statusCode, body: evaluate(body, scope) };
      return { status: 'Succeeded' };
    }
    case 'Terminate':
      run.status = action.inputs.runStatus;
      return { status: 'Succeeded' };
    case 'Switch': {
      const value = evaluate(action.expression, scope);
      const chosen = Object.values(action.cases).find((branch) => branch.case === value) ?? action.default;
      await runActions(chosen.actions, scope);
      return { status: 'Succeeded' };
    }
    case 'If': {
      const holds = action.expression.and.every(({ greater: [left, right] }) => Number(evaluate(left, scope)) > right);
      await runActions(holds ? action.actions : action.else.actions, scope);
      return { status: 'Succeeded' };
    }
  }
}

/** One call and its retries: on 408, 429 and 5xx, at the pace of the policy, and not before Retry-After. */
async function call(action: CallAction, scope: Scope): Promise<Outcome> {
  const inputs = evaluate(action.inputs, scope) as Record<string, unknown>;
  const { retryPolicy } = action.inputs;
  for (let retries = 0; ; retries += 1) {
    const response = await fetch(scope.url(action, inputs), {
      method: action.inputs.method,
      headers: { ...ownHeaders(scope.runId), ...(inputs.headers as Record<string, string>) },
      body: JSON.stringify(inputs.body),
    });
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const { status: statusCode, ok } = response;
    const again = statusCode === 408 || statusCode === 429 || statusCode >= 500;
    if (ok || !again || retries >= retryPolicy.count) return { status: ok ? 'Succeeded' : 'Failed', statusCode, body };
    const { interval, minimumInterval = interval, maximumInterval = interval } = retryPolicy;
    const longest = Math.min(seconds(maximumInterval), seconds(interval) * 2 ** retries);
    const pause = seconds(minimumInterval) + Math.random() * (longest - seconds(minimumInterval));
    const wait = Math.max(pause, Number(response.headers.get('retry-after') ?? 0));
    scope.run.waits.push(wait);
    await delay((wait * 1000) / TIME_LAPSE);
  }
}

/** What Logic Apps adds to a call of its own accord. */
function ownHeaders(runId: string): Record<string, string> {
  const subscription = '0f5c5f9a-91a7-4d0f-9f0c-8a2b6c1f3d11';
  return {
    'user-agent': 'azure-logic-apps/1.0,(workflow 1c2b9f7d6e5a4b3c8d7e6f5a4b3c2d1e; version 08584523512345678901)',
    'accept-language': 'en-US',
    'accept-encoding': 'gzip,deflate',
    'content-type': 'application/json; charset=utf-8',
    'x-ms-execution-location': 'westeurope',
    'x-ms-workflow-id': '1c2b9f7d6e5a4b3c8d7e6f5a4b3c2d1e',
    'x-ms-workflow-version': '08584523512345678901',
    'x-ms-workflow-name': 'remove-participants',
    'x-ms-workflow-system-id': '/locations/westeurope/scaleunits/prod-01/workflows/1c2b9f7d6e5a4b3c8d7e6f5a4b3c2d1e',
    'x-ms-workflow-run-id': runId,
    'x-ms-workflow-run-tracking-id': randomUUID(),
    'x-ms-workflow-operation-name': 'Remove_participants',
    'x-ms-workflow-subscription-id': subscription,
    'x-ms-workflow-resourcegroup-name': 'rooms',
    'x-ms-tracking-id': randomUUID(),
    'x-ms-correlation-id': randomUUID(),
    'x-ms-client-tracking-id': runId,
    'x-ms-action-tracking-id': randomUUID(),
    'x-ms-activity-vector': 'IN.01',
  };
}

/** An ISO 8601 duration of minutes and seconds. */
function seconds(duration: string): number {
  const [, minutes = 0, rest = 0] = /^PT(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration) ?? [];
  return Number(minutes) * 60 + Number(rest);
}

/** `value` with the expressions in it, at whatever depth, replaced by what they stand for. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((entry) => evaluate(entry, scope));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, evaluate(entry, scope)]));
  }
  if (typeof value !== 'string') return value;
  if (value.startsWith('@') && !value.startsWith('@{')) return evaluateExpression(value.slice(1), scope);
  return value.replace(/@\{([^}]+)\}/g, (_, inner: string) => String(evaluateExpression(inner, scope)));
}

/** `function('argument')` or `length(…)`, then any number of `?['property']`. */
function evaluateExpression(text: string, scope: Scope): unknown {
  const [, called, argument = '', rest = ''] =
    /^(\w+)\(((?:'[^']*')?|[^']*\(.*\).*)\)((?:\?\['[^']+'\])*)$/.exec(text) ?? [];
  let value = resultOf(called, argument, scope, text);
  for (const [, property = ''] of rest.matchAll(/\?\['([^']+)'\]/g)) {
    value = (value as Record<string, unknown> | undefined)?.[property];
  }
  return value;
}

function resultOf(called: string | undefined, argument: string, scope: Scope, text: string): unknown {
  const literal = argument.replace(/^'|'$/g, '');
  switch (called) {
    case 'triggerBody':
      return scope.trigger;
    case 'parameters':
      if (!(literal in scope.parameters)) throw new Error(`There is no parameter ${literal}.`);
      return scope.parameters[literal];
    case 'body':
      if (!(literal in scope.run.actions)) throw new Error(`${text} is about an action that has not run.`);
      return scope.run.actions[literal]?.body;
    case 'workflow':
      return { run: { name: scope.runId } };
    case 'length':
      return (evaluateExpression(argument, scope) as unknown[]).length;
    default:
      throw new Error(`Logic Apps would not understand ${text}, or this stand-in does not.`);
  }
}
