// ACS Rooms as the rest of the proxy sees it: remove these people, learn who is left.

import type { RosterEntry } from '../contract/removalResult';
import type { Authorizer } from '../credentials/authorizer';
import type { DialectName, Settings } from '../settings';
import { apiVersions } from '../settings';
import type { Deadline } from '../upstream/deadline';
import { withRetry } from '../upstream/retry';
import type { Transport } from '../upstream/transport';
import type { Dialect, Exchange } from './dialect';
import { participantsRemove } from './participantsRemove';
import { bodyOf } from './wireAnswer';

const dialects: Record<DialectName, Dialect> = { participantsRemove };

/** What belongs to one removal and not to the process. */
export interface RoomsCall {
  deadline: Deadline;
  /** Correlation headers to forward. */
  headers: Record<string, string>;
  /** Counts up with each attempt. */
  trace: UpstreamTrace;
}

/** What a removal cost upstream. */
export interface UpstreamTrace {
  attempts: number;
  /** Milliseconds spent waiting for answers, summed over the attempts. */
  upstreamMs: number;
}

export interface Rooms {
  /**
   * Removes from the room and says who is in it afterwards.
   *
   * @param rawIds without duplicates
   * @throws ProxyError
   */
  remove(roomId: string, rawIds: string[], call: RoomsCall): Promise<RosterEntry[]>;
}

export function createRooms(settings: Settings, transport: Transport, authorizer: Authorizer): Rooms {
  const { apiVersion, attemptTimeoutMs, maxRetries } = settings;
  const dialect = dialects[apiVersions[apiVersion]];

  return {
    remove(roomId, rawIds, { deadline, headers, trace }) {
      const exchange: Exchange = (request, read) =>
        withRetry(
          async (timeoutMs) => {
            const authorised = await deadline.race(authorizer.authorise(request));
            trace.attempts += 1;
            const startedAt = performance.now();
            try {
              const answer = await transport.send(
                { ...request, headers: { ...COMMON_HEADERS, ...request.headers, ...headers, ...authorised } },
                Math.min(timeoutMs, deadline.remainingMs),
              );
              return read(bodyOf(answer, apiVersion));
            } finally {
              trace.upstreamMs += performance.now() - startedAt;
            }
          },
          { deadline, attemptTimeoutMs, maxRetries },
        );
      return dialect.remove({ roomId, rawIds, apiVersion }, exchange);
    },
  };
}

const COMMON_HEADERS = { accept: 'application/json', 'user-agent': `rooms-removal-proxy/${PROXY_VERSION}` };
