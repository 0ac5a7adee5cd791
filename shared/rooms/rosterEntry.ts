// Someone in a room, as callers see them, whatever the dialect that lists them.
import type { RosterEntry } from '../contract/removalResult';

/** Roles come in lower case at times; callers get them in the one form that is documented. */
export function rosterEntry(rawId: string, role: string | undefined): RosterEntry {
  return role ? { rawId, role: role.charAt(0).toUpperCase() + role.slice(1) } : { rawId };
}
