// The seam between a removal and the wire format of an api-version.
import type { RosterEntry } from '../contract/removalResult';
import type { WireRequest } from '../upstream/transport';

/** A request to Rooms before correlation and authorisation are added. */
export type RoomsRequest = WireRequest;

/**
 * Sends a request until it succeeds or there is no point any more, and reads the answer.
 *
 * @param read the value in the JSON body of a 2xx; throws ProxyError `InvalidUpstreamResponse` where it has not the
 *   expected shape, which counts as a failed attempt
 */
export type Exchange = <Result>(request: RoomsRequest, read: (body: unknown) => Result) => Promise<Result>;

export interface RemovalOrder {
  roomId: string;
  /** Without duplicates. */
  rawIds: string[];
  apiVersion: string;
}

/** One way to say "remove" on the wire. */
export interface Dialect {
  /** Removes, and says who is in the room afterwards. */
  remove(order: RemovalOrder, exchange: Exchange): Promise<RosterEntry[]>;
}
