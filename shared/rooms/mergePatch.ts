// The wire dialect of 2023-06-14 and later: a merge-patch with null for each who leaves, then the list, page by page.
import * as z from 'zod/mini';
import { ProxyError } from '../contract/errors';
import type { RosterEntry } from '../contract/removalResult';
import { readShape } from '../upstream/acsAnswer';
import type { Dialect, Exchange } from './dialect';
import { rosterEntry } from './rosterEntry';

/** Far above the 350 people a room holds: a list beyond it is no list of a room. */
const MAX_ROSTER_LENGTH = 50_000;

/** Pages that a list may have without arousing suspicion; past them it is followed slowly, until the deadline cuts it. */
const MAX_BRISK_PAGES = 50;
const SLOW_PAGE_MS = 250;

const pageSchema = z.object({
  value: z.array(z.object({ rawId: z.string(), role: z.catch(z.optional(z.string()), undefined) })),
  nextLink: z.nullish(z.string()),
});

export const mergePatch: Dialect = {
  async remove({ roomId, rawIds, apiVersion, endpoint }, exchange) {
    const path = `/rooms/${encodeURIComponent(roomId)}/participants?api-version=${apiVersion}`;
    await exchange(
      {
        method: 'PATCH',
        path,
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ participants: Object.fromEntries(rawIds.map((rawId) => [rawId, null])) }),
      },
      // A success says all there is to say: the body is {}.
      () => undefined,
    );
    return listParticipants(path, endpoint, exchange);
  },
};

async function listParticipants(firstPath: string, endpoint: string, exchange: Exchange): Promise<RosterEntry[]> {
  // By raw ID: someone who joins between two pages may push another onto both.
  const roster = new Map<string, RosterEntry>();
  let path: string | undefined = firstPath;
  for (let pages = 0; path !== undefined; pages += 1) {
    const page: z.output<typeof pageSchema> = await exchange(
      { method: 'GET', path, headers: {} },
      (body) => readShape(pageSchema, body),
      pages < MAX_BRISK_PAGES ? 0 : SLOW_PAGE_MS,
    );
    for (const { rawId, role } of page.value) roster.set(rawId, rosterEntry(rawId, role));
    if (roster.size > MAX_ROSTER_LENGTH) {
      throw new ProxyError('InvalidUpstreamResponse', 'ACS lists more participants than a room can hold.');
    }
    path = page.nextLink ? pathOf(page.nextLink, endpoint) : undefined;
  }
  return [...roster.values()];
}

/**
 * Path and query of the next page.
 *
 * @throws ProxyError `InvalidUpstreamResponse` for a page elsewhere: the token must not go there
 */
function pathOf(nextLink: string, endpoint: string): string {
  const url = URL.canParse(nextLink, endpoint) ? new URL(nextLink, endpoint) : undefined;
  if (url?.origin === endpoint) return url.pathname + url.search;
  throw new ProxyError('InvalidUpstreamResponse', 'The list of ACS goes on at another host, which is not followed.', {
    retryable: false,
  });
}
