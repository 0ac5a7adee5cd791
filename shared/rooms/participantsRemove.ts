// The wire dialect of api-version 2022-02-01: POST participants:remove, answered with the updated list.
import * as z from 'zod/mini';
import { ProxyError } from '../contract/errors';
import { readShape } from '../upstream/acsAnswer';
import type { Dialect } from './dialect';
import { rosterEntry } from './rosterEntry';

const absent = (schema: z.ZodMiniType<string>) => z.catch(z.optional(schema), undefined);

/** CommunicationIdentifierModel: `rawId` is documented as required in answers, yet has been missing. */
const identifierSchema = z.object({
  rawId: absent(z.string()),
  communicationUser: z.catch(z.optional(z.object({ id: z.string() })), undefined),
});

const answerSchema = z.object({
  participants: z.array(z.object({ communicationIdentifier: identifierSchema, role: absent(z.string()) })),
});

export const participantsRemove: Dialect = {
  remove({ roomId, rawIds, apiVersion }, exchange) {
    return exchange(
      {
        method: 'POST',
        path: `/rooms/${encodeURIComponent(roomId)}/participants:remove?api-version=${apiVersion}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          participants: rawIds.map((id) => ({
            communicationIdentifier: { rawId: id, communicationUser: { id } },
          })),
        }),
      },
      (body) => readShape(answerSchema, body).participants.map(rosterEntryOf),
    );
  },
};

function rosterEntryOf({ communicationIdentifier, role }: z.output<typeof answerSchema>['participants'][number]) {
  const rawId = communicationIdentifier.rawId ?? communicationIdentifier.communicationUser?.id;
  if (rawId === undefined) {
    // Whoever this is may be one who was to go: saying nothing about them would be a claim that they are not.
    throw new ProxyError('InvalidUpstreamResponse', 'The answer of ACS lists a participant without an id.');
  }
  return rosterEntry(rawId, role);
}
