// The seam between a removal and whatever watches it: spans and metrics, where an operator has configured them.
import type { RemovalRecord } from '../log';
import type { WireRequest } from '../upstream/transport';

/** W3C Trace Context as headers. */
export type TraceContext = Partial<Record<'traceparent' | 'tracestate', string>>;

/** Told once what became of it. */
export interface AttemptSpan {
  /** What ACS is to see, so that its spans become children of this one. */
  headers: TraceContext;
  /** @param outcome the status of ACS, or the code of the error where there was no answer */
  end(outcome: { status: number } | { error: string }): void;
}

export interface RemovalSpan {
  /** One exchange with ACS, as a child. */
  attempt(request: WireRequest): AttemptSpan;
  /** @param outcome the record that the log gets as well */
  end(outcome: RemovalRecord): void;
}

export interface Telemetry {
  /** @param parent of the caller, where it sent one */
  removal(parent: TraceContext): RemovalSpan;
  /** Sends what has not been sent yet; never rejects. */
  shutDown(): Promise<void>;
}
