// The seam between a removal and the wire format of an api-version.
import type { RosterEntry } from '../contract/removalResult';
import type { WireRequest } from '../upstream/transport';

/**
 * Sends a request, with correlation and authorisation added, until it succeeds or there is no point any more, and reads the answer.
 *
 * @param read the value in the JSON body of a 2xx; throws ProxyError `InvalidUpstreamResponse` where it has not the
 *   expected shape, which counts as a failed attempt
 * @param pauseMs milliseconds to wait before it
 */
export type Exchange = <Result>(
  request: WireRequest,
  read: (body: unknown) => Result,
  pauseMs?: number,
) => Promise<Result>;

export interface RemovalOrder {
  roomId: string;
  /** Without duplicates. */
  rawIds: string[];
  apiVersion: string;
  /** Origin of the ACS resource: what the pages of a list must stay on. */
  endpoint: string;
}

/** One way to say "remove" on the wire. */
export interface Dialect {
  /** Removes, and says who is in the room afterwards. */
  remove(order: RemovalOrder, exchange: Exchange): Promise<RosterEntry[]>;
}
