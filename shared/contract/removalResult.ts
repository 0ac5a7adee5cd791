// What callers get for a removal that went through: who is gone and who is still in the room.
import * as z from 'zod/mini';

const rosterEntrySchema = z.object({
  rawId: z.string(),
  /** Open set: Presenter, Attendee, Consumer, Collaborator, whatever comes next. Absent where ACS gives none. */
  role: z.optional(z.string()),
});

/** The body of a 200. */
export const removalResultSchema = z.object({
  roomId: z.string(),
  /** Asked for, and not in the room now. */
  removed: z.array(z.string()),
  /** Who is in the room now. */
  participants: z.array(rosterEntrySchema),
  /** The correlation id. */
  requestId: z.string(),
});

export type RosterEntry = z.infer<typeof rosterEntrySchema>;
export type RemovalResult = z.infer<typeof removalResultSchema>;
