// ACS Rooms as the rest of the proxy sees it: remove these people, learn who is left.
import { apiVersions, type DialectName } from '../apiVersions';
import type { RosterEntry } from '../contract/removalResult';
import { type Authorizer, sendAuthorised } from '../credentials/authorizer';
import type { Settings } from '../settings';
import type { RemovalSpan } from '../telemetry/telemetry';
import { isSuccess, parseBody } from '../upstream/acsAnswer';
import type { Deadline } from '../upstream/deadline';
import type { Resilience } from '../upstream/resilience';
import { type Transport, traced, type UpstreamTrace } from '../upstream/transport';
import type { Dialect, Exchange } from './dialect';
import { failureOf } from './failure';
import { mergePatch } from './mergePatch';
import { participantsRemove } from './participantsRemove';

const dialects: Record<DialectName, Dialect> = { participantsRemove, mergePatch };

/** What belongs to one removal and not to the process. */
export interface RoomsCall {
  deadline: Deadline;
  /** Correlation headers to forward. */
  headers: Record<string, string>;
  /** Counts what the removal costs upstream. */
  trace: UpstreamTrace & { retries: number };
  /** Watches the attempts, where telemetry is configured. */
  span?: RemovalSpan | undefined;
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

export interface RoomsOptions {
  settings: Pick<Settings, 'apiVersion' | 'endpoint'>;
  transport: Transport;
  authorizer: Authorizer;
  resilience: Resilience;
}

export function createRooms({ settings, transport, authorizer, resilience }: RoomsOptions): Rooms {
  const { apiVersion, endpoint } = settings;
  const dialect = dialects[apiVersions[apiVersion]];

  return {
    remove(roomId, rawIds, { deadline, headers, trace, span }) {
      const counted = traced(transport, trace, span);
      const exchange: Exchange = (request, read, pauseMs = 0) => {
        const correlated = { ...request, headers: { ...request.headers, ...headers } };
        let tries = 0;
        const run = () =>
          resilience.run(async (timeoutMs) => {
            if (++tries > 1) trace.retries += 1;
            const answer = await sendAuthorised(correlated, { transport: counted, authorizer, deadline, timeoutMs });
            if (!isSuccess(answer)) throw failureOf(answer, apiVersion);
            return read(parseBody(answer));
          }, deadline);
        return pauseMs > 0 ? deadline.pause(pauseMs).then(run) : run();
      };
      return dialect.remove({ roomId, rawIds, apiVersion, endpoint }, exchange);
    },
  };
}
