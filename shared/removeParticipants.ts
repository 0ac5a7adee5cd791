// The use case: a caller's request in, an answer out, whatever happens. Reads like the flow of one removal.
import type { AdmissionControl } from './admission';
import type { Answer } from './contract/answer';
import { type CallerPolicy, identifyCaller } from './contract/caller';
import { type Correlation, correlationOf } from './contract/correlation';
import { asProxyError, ProxyError } from './contract/errors';
import { type CallerRequest, errorAnswer, readJson, resultAnswer } from './contract/http';
import { parseRemovalRequest, type RemovalRequest } from './contract/removalRequest';
import type { RemovalResult, RosterEntry } from './contract/removalResult';
import type { Authorizer } from './credentials/authorizer';
import { type RemovalRecord, type Sink, writeRecord } from './log';
import type { Rooms } from './rooms/rooms';
import type { RemovalSpan, Telemetry, TraceContext } from './telemetry/telemetry';
import type { Circuit } from './upstream/circuit';
import { Deadline } from './upstream/deadline';
import type { ConnectingTransport } from './upstream/transport';

/** One invocation as the Functions host hands it over; the programming model's InvocationContext is one. */
export interface Invocation extends Sink {
  invocationId: string;
  /** The trace that the host has put the invocation into. */
  traceContext?: { traceParent?: string | undefined; traceState?: string | undefined } | undefined;
}

/** What a removal needs of the process: built once, from the settings. */
export interface Service {
  rooms: Rooms;
  /** Milliseconds one removal may take in all. */
  deadlineMs: number;
  /** Who may call. */
  callers: CallerPolicy;
  /** How many may be served at once. */
  admission: AdmissionControl;
  /** Its connections, how requests are authorised, and whether ACS is asked at all: for the warm-up and for health. */
  transport: ConnectingTransport;
  authorizer: Authorizer;
  circuit: Pick<Circuit, 'state'>;
  /** Only where an operator has configured it. */
  telemetry?: Telemetry;
}

/**
 * Removes the people named in `request` from the room named in it.
 *
 * @param service rejects with ProxyError `NotConfigured` where the settings do not allow one
 * @returns 200 with a RemovalResult, or an ErrorAnswer with the status of its code; never rejects
 */
export async function removeParticipants(
  request: CallerRequest,
  invocation: Invocation,
  service: () => Promise<Service>,
): Promise<Answer> {
  const startedAt = performance.now();
  const correlation = correlationOf(request.headers, invocation.invocationId);
  const trace = { attempts: 0, retries: 0, upstreamMs: 0 };
  const record: RemovalRecord = { requestId: correlation.id };
  let answer: Answer;
  let leave = () => {};
  let span: RemovalSpan | undefined;
  try {
    const { rooms, deadlineMs, callers, admission, telemetry } = await service();
    span = telemetry?.removal(parentOf(correlation, invocation));
    const deadline = new Deadline(deadlineMs);
    record.caller = identifyCaller(request.headers, callers).appId;
    leave = admission.enter();
    const removal = parseRemovalRequest(await readJson(request));
    record.roomId = removal.roomId;
    record.asked = removal.participants.length;
    const roster = await rooms.remove(removal.roomId, removal.participants, {
      deadline,
      headers: correlation.headers,
      trace,
      span,
    });
    const result = settle(removal, roster, correlation.id);
    record.removed = result.removed.length;
    record.left = result.participants.length;
    answer = resultAnswer(result);
  } catch (thrown) {
    const error = asProxyError(thrown);
    record.error = error;
    answer = errorAnswer(error, correlation.id);
  } finally {
    leave();
  }
  Object.assign(record, trace, { status: answer.status, totalMs: performance.now() - startedAt });
  span?.end(record);
  writeRecord(record, invocation);
  return answer;
}

/** The host's own span where it has one, which is a child of the caller's; else the caller's. */
function parentOf({ headers }: Correlation, { traceContext }: Invocation): TraceContext {
  if (!traceContext?.traceParent) return headers;
  return { traceparent: traceContext.traceParent, tracestate: traceContext.traceState ?? '' };
}

/**
 * What became of the removal.
 *
 * @throws ProxyError `ParticipantsNotRemoved` where someone who was to go is still listed
 */
function settle(
  { roomId, participants: asked }: RemovalRequest,
  roster: RosterEntry[],
  requestId: string,
): RemovalResult {
  // Without regard to case: an id that ACS lists in another case is the same person, who would otherwise count as gone.
  const present = new Set(roster.map(({ rawId }) => rawId.toLowerCase()));
  const left = asked.filter((rawId) => present.has(rawId.toLowerCase()));
  if (left.length === 0) return { roomId, removed: asked, participants: roster, requestId };
  throw new ProxyError(
    'ParticipantsNotRemoved',
    `ACS accepted the removal, yet ${left.length} of the ${asked.length} named are still in the room.`,
    {
      target: 'participants',
      details: left.map((rawId) => ({
        code: 'StillInRoom',
        message: 'The participant is still in the room.',
        target: rawId,
      })),
    },
  );
}
