// The id by which one removal is found again in the caller's, the proxy's and Microsoft's logs.

/** Headers that may bring an id, the most telling first: Azure SDK callers, then what Logic Apps sends. */
const ID_HEADERS = ['x-ms-client-request-id', 'x-ms-client-tracking-id', 'x-ms-workflow-run-id'];

/** 1 to 128 visible ASCII characters: safe to echo in a header and to forward. */
const USABLE_ID = /^[\x21-\x7e]{1,128}$/;

/** W3C Trace Context, https://www.w3.org/TR/trace-context/: version, trace id, parent id, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const USABLE_TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** What a removal hands on so that it can be followed. */
export interface Correlation {
  /** Echoed to the caller and forwarded to ACS. */
  id: string;
  /** The headers to forward to ACS: `x-ms-client-request-id`, and the trace context where the caller sent one. */
  headers: Record<string, string>;
}

/** @param invocationId used where the caller brings no usable id */
export function correlationOf(headers: { get(name: string): string | null }, invocationId: string): Correlation {
  let id = invocationId;
  for (const name of ID_HEADERS) {
    const value = headers.get(name);
    if (value !== null && USABLE_ID.test(value)) {
      id = value;
      break;
    }
  }
  const forwarded: Record<string, string> = { 'x-ms-client-request-id': id };
  const traceparent = headers.get('traceparent');
  if (traceparent !== null && TRACEPARENT.test(traceparent)) {
    forwarded.traceparent = traceparent;
    const tracestate = headers.get('tracestate');
    if (tracestate !== null && USABLE_TRACESTATE.test(tracestate)) forwarded.tracestate = tracestate;
  }
  return { id, headers: forwarded };
}
