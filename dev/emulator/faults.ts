// Faults that can be switched on: how an ACS that is ill answers, for tests and for the console.

import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AcsError, badRequest, type Call, isObject, type Reply } from './http';

/** Which calls a fault befalls: those of Rooms (and Identity), or those of the managed identity endpoint. */
export type FaultTarget = 'acs' | 'msi';

export type FaultKind =
  /** An error of ACS: `status`, with `retryAfter` (header value) and `code` where given. */
  | 'status'
  /** The answer `body` with `status` (200) and `headers`, word for word. */
  | 'answer'
  /** The connection is reset without an answer. */
  | 'reset'
  /** No answer, ever. */
  | 'hang'
  /** Half of the right answer, then the connection is closed. */
  | 'cut'
  /** The right answer, a byte every `delayMs` (50). */
  | 'drip'
  /** The right answer, `delayMs` (1000) late. */
  | 'slow'
  /** `status` with the credential that came, in every place a careless service might put it. */
  | 'echo'
  /** 200 with the list as it was: nothing is changed. */
  | 'ignore'
  /** api-version no longer served. */
  | 'retired';

const KINDS: string[] = ['status', 'answer', 'reset', 'hang', 'cut', 'drip', 'slow', 'ignore', 'retired', 'echo'];

export interface Fault {
  kind: FaultKind;
  target?: FaultTarget;
  /** Only calls with this method. */
  method?: string;
  /** Only calls whose path starts so. */
  path?: string;
  status?: number;
  code?: string;
  retryAfter?: string;
  headers?: Record<string, string>;
  body?: string;
  delayMs?: number;
  /** How many calls it befalls; all of them without it. */
  times?: number;
  /** Chance, from 0 to 1, that it befalls a call; 1 without it. */
  probability?: number;
}

export class Faults {
  #active: Fault[] = [];

  get active(): readonly Fault[] {
    return this.#active;
  }

  /** Replaces all faults. Of several for one target, the first that befalls a call is the one. */
  set(...faults: Fault[]): void {
    this.#active = faults.map((fault) => ({ ...fault }));
  }

  /** The fault that befalls this call, if any. */
  next({ method, path }: Call): Fault | undefined {
    const target = path.startsWith('/msi/') ? 'msi' : 'acs';
    const fault = this.#active.find(
      (candidate) =>
        (candidate.target ?? 'acs') === target &&
        (candidate.method ?? method) === method &&
        path.startsWith(candidate.path ?? '/') &&
        Math.random() < (candidate.probability ?? 1),
    );
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) this.#active = this.#active.filter((other) => other !== fault);
    }
    return fault;
  }
}

/** The faults in the body of a request to the emulator's control endpoint. */
export function readFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw badRequest('The faults must be an array.');
  return value.map((fault) => {
    if (!isFault(fault)) throw badRequest(`A fault must be an object with a kind: ${KINDS.join(', ')}.`);
    return fault;
  });
}

function isFault(value: unknown): value is Fault & Record<string, unknown> {
  return isObject(value) && typeof value.kind === 'string' && KINDS.includes(value.kind);
}

/** The reply that the fault puts in place of the right one, where it does. */
export function replyInstead(fault: Fault | undefined, call: Call): Reply | undefined {
  switch (fault?.kind) {
    case 'status': {
      const status = fault.status ?? 500;
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      return new AcsError(status, fault.code ?? CODES[status] ?? 'Error', `Emulated fault ${status}.`, headers).reply;
    }
    case 'answer':
      return {
        status: fault.status ?? 200,
        headers: { 'content-type': 'application/json', ...fault.headers },
        body: fault.body ?? '<html>This is not what you asked for.</html>',
      };
    case 'retired':
      return unsupportedApiVersion(call.query.get('api-version')).reply;
    case 'echo':
      return echo(fault.status ?? 200, call);
    default:
      return undefined;
  }
}

function echo(status: number, { headers }: Call): Reply {
  const credential = `${headers.authorization ?? ''} ${headers['x-identity-header'] ?? ''}`.trim();
  return {
    status,
    headers: { 'x-ms-error-code': credential, 'x-ms-request-id': credential },
    body:
      status === 200
        ? `${credential} is what you sent`
        : { error: { code: credential, message: `You sent ${credential}.`, innererror: { code: credential } } },
  };
}

export function unsupportedApiVersion(apiVersion: string | null): AcsError {
  return new AcsError(
    400,
    'UnsupportedApiVersion',
    `The HTTP resource that matches the request URI does not support the API version '${apiVersion}'.`,
  );
}

const CODES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  429: 'TooManyRequests',
  500: 'ServiceUnavailable',
  503: 'ServiceUnavailable',
};

/** Sends `payload` the way the fault has it. */
export async function deliver(fault: Fault | undefined, response: ServerResponse, payload: Buffer): Promise<void> {
  switch (fault?.kind) {
    case 'cut':
      // Chunked, and closed before the last chunk: the client cannot take the half for the whole.
      response.write(payload.subarray(0, Math.ceil(payload.length / 2)), () => response.socket?.destroy());
      return;
    case 'drip':
      for (const byte of payload) {
        if (response.destroyed) return;
        response.write(Buffer.of(byte));
        await delay(fault.delayMs ?? 50);
      }
      response.end();
      return;
    case 'slow':
      await delay(fault.delayMs ?? 1000);
      response.end(payload);
      return;
    default:
      response.end(payload);
  }
}
