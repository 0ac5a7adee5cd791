// /emulator/*: what only an emulator has, for tests and the console: its state, its faults, its journal, and the proxy's settings.

import type { Emulated } from './emulator';
import { readFaults } from './faults';
import { AcsError, badRequest, type Call, jsonObject, type Reply } from './http';

/** The proxy in front of this emulator, where whoever runs both can change its settings. */
export interface ProxyControl {
  /** Origin of the function. */
  url: string;
  apiVersion: string;
  authMode: string;
  apiVersions: string[];
  authModes: string[];
  /** Resolves once the proxy serves with them; absent where it cannot be told. */
  change?(settings: { apiVersion: string; authMode: string }): Promise<void>;
}

/** What these endpoints answer, or undefined where the path is none of them. */
export async function answerControl(
  call: Call,
  { rooms, faults, journal }: Emulated,
  proxy: () => ProxyControl,
): Promise<Reply | undefined> {
  switch (`${call.method} ${call.path}`) {
    case 'GET /emulator/rooms':
      return { status: 200, body: rooms.snapshot() };
    case 'GET /emulator/faults':
      return { status: 200, body: { faults: faults.active } };
    case 'PUT /emulator/faults':
      faults.set(...readFaults(jsonObject(call).faults));
      return { status: 200, body: { faults: faults.active } };
    case 'GET /emulator/journal':
      return { status: 200, body: journal.entries() };
    case 'DELETE /emulator/journal':
      journal.clear();
      return { status: 204 };
    case 'GET /emulator/proxy':
      return { status: 200, body: stateOf(proxy()) };
    case 'PUT /emulator/proxy':
      await changeProxy(proxy(), jsonObject(call));
      return { status: 200, body: stateOf(proxy()) };
    case 'POST /emulator/reset':
      rooms.reset();
      faults.set();
      journal.clear();
      return { status: 204 };
    default:
      return undefined;
  }
}

function stateOf({ change, ...state }: ProxyControl) {
  return { ...state, changeable: change !== undefined };
}

async function changeProxy(proxy: ProxyControl, settings: Record<string, unknown>): Promise<void> {
  const { apiVersion, authMode } = settings;
  if (!proxy.change) throw new AcsError(409, 'Conflict', 'The proxy is not run from here, so its settings stay.');
  if (typeof apiVersion !== 'string' || !proxy.apiVersions.includes(apiVersion)) {
    throw badRequest(`apiVersion must be one of ${proxy.apiVersions.join(', ')}.`);
  }
  if (typeof authMode !== 'string' || !proxy.authModes.includes(authMode)) {
    throw badRequest(`authMode must be one of ${proxy.authModes.join(', ')}.`);
  }
  await proxy.change({ apiVersion, authMode });
}
