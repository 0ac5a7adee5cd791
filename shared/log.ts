// The one log line of a removal: a record for machines, with no token, key, signature or raw ID in it.
import { errorCatalogue, type ProxyError } from './contract/errors';
import { forLog } from './redact';

/** More links than any chain of causes has, unless it bites its tail. */
const MAX_CHAIN_LENGTH = 8;

/** Where log lines go; the programming model's InvocationContext is one. */
export interface Sink {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

export interface RemovalRecord {
  /** The correlation id. */
  requestId: string;
  roomId?: string;
  /** Application id of the calling app, where the platform knows it. */
  caller?: string | undefined;
  /** How many were asked to go, were removed, and are left in the room. */
  asked?: number;
  removed?: number;
  left?: number;
  /** What kept the removal from going through. */
  error?: ProxyError;
  /** HTTP status of the answer to the caller. */
  status?: number;
  attempts?: number;
  /** Those among the attempts that tried again what had failed. */
  retries?: number;
  /** Milliseconds waiting for ACS, and in all. */
  upstreamMs?: number;
  totalMs?: number;
}

/** Writes the record as one line of JSON: errors that an operator must act on as errors, those of callers as warnings. */
export function writeRecord(record: RemovalRecord, sink: Sink): void {
  const { error, requestId, roomId, caller, asked, removed, left, status, attempts, retries } = record;
  const { upstreamMs = 0, totalMs = 0 } = record;
  const line = JSON.stringify({
    event: 'removal',
    requestId,
    roomId,
    caller,
    asked,
    removed,
    left,
    status,
    attempts,
    retries,
    code: error?.code ?? 'Removed',
    upstreamMs: Math.round(upstreamMs),
    totalMs: Math.round(totalMs),
    fault: error && error.status >= 500 ? faultOf(error) : undefined,
  });
  if (error === undefined) sink.info(line);
  else if (errorCatalogue[error.code].status < 500) sink.warn(line);
  else sink.error(line);
}

/** Writes a warning of the process, outside any removal. */
export function writeWarning(event: string, cause: unknown): void {
  console.warn(JSON.stringify({ event, fault: chainOf(cause, false) }));
}

/** What led to `error`, itself first; with stacks where the defect is ours. */
function faultOf(error: ProxyError): string[] {
  return chainOf(error, error.code === 'InternalError');
}

/** Messages, or stacks, and nothing else: other properties of an error may hold a request with its headers. */
function chainOf(error: unknown, stacks: boolean): string[] {
  const chain: string[] = [];
  for (let link = error; link !== undefined && chain.length < MAX_CHAIN_LENGTH; ) {
    if (!(link instanceof Error)) return [...chain, forLog(String(link))];
    chain.push(forLog((stacks && link.stack) || describe(link)));
    link = link.cause;
  }
  return chain;
}

/** A SyntaxError quotes the text that could not be parsed, a piece of which is nothing that redacting would know. */
function describe(error: Error): string {
  return error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`;
}
