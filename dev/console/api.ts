// What the console asks of the emulator that serves it.

export interface Room {
  id: string;
  participants: { rawId: string; role: string }[];
}

/** One exchange on the wire, as the emulator's journal has it. */
export interface WireCall {
  method: string;
  target: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  status?: number;
  answer?: string;
  fault?: string;
}

export interface ProxyState {
  /** Origin of the function. */
  url: string;
  apiVersion: string;
  authMode: string;
  apiVersions: string[];
  authModes: string[];
  /** Whether the host can be told to change them. */
  changeable: boolean;
}

export type Fault = { kind: string } & Record<string, unknown>;

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`/emulator/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The emulator answered ${response.status}: ${text}`);
  return text === '' ? (undefined as Answer) : JSON.parse(text);
}

export const proxyState = () => ask<ProxyState>('GET', 'proxy');
/** Resolves once the function serves with these settings. */
export const changeProxy = (settings: Pick<ProxyState, 'apiVersion' | 'authMode'>) =>
  ask<ProxyState>('PUT', 'proxy', settings);
export const activeFaults = () => ask<{ faults: Fault[] }>('GET', 'faults');
export const setFaults = (faults: Fault[]) => ask<void>('PUT', 'faults', { faults });
export const wireCalls = () => ask<WireCall[]>('GET', 'journal');
export const clearWire = () => ask<void>('DELETE', 'journal');
export const putEverybodyBack = () => ask<void>('POST', 'reset');
