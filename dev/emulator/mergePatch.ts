// Rooms as api-versions 2023-06-14 to 2025-03-13 speak it: PATCH with a merge-patch, lists in pages.
import { badRequest, type Call, isObject, jsonObject, type Reply } from './http';
import type { Room, RoomStore } from './roomStore';

const MAX_PARTICIPANTS = 350;

export interface MergePatchOptions {
  rooms: RoomStore;
  /** Entries a page of a list holds. */
  pageSize: number;
  /** Origin for absolute next links; without it they are relative. */
  linkOrigin?: string | undefined;
}

/** The roles that a version knows. */
function rolesOf(apiVersion: string): string[] {
  return ['Presenter', 'Attendee', 'Consumer', ...(apiVersion >= '2025-03-13' ? ['Collaborator'] : [])];
}

/** What these endpoints answer, or undefined where the path is none of them. */
export function answerMergePatch(call: Call, segments: string[], options: MergePatchOptions): Reply | undefined {
  const { rooms } = options;
  const apiVersion = call.query.get('api-version') ?? '';
  const [collection, id, sub, ...more] = segments;
  if (collection !== 'rooms' || more.length > 0) return undefined;
  if (id === undefined) {
    if (call.method === 'POST') return createRoom(call, rooms, apiVersion);
    if (call.method === 'GET') return page(call, rooms.list().map(wireRoom), options);
    return undefined;
  }
  switch (`${call.method} ${sub ?? ''}`) {
    case 'GET ':
      return { status: 200, body: wireRoom(rooms.get(id)) };
    case 'PATCH ':
      return { status: 200, body: updateRoom(call, rooms.get(id)) };
    case 'DELETE ':
      rooms.delete(id);
      return { status: 204 };
    case 'GET participants':
      return page(
        call,
        [...rooms.get(id).participants].map(([rawId, role]) => ({ rawId, role })),
        options,
      );
    case 'PATCH participants': {
      const room = rooms.get(id);
      patch(rooms, room, jsonObject(call, 'application/merge-patch+json').participants, apiVersion);
      return { status: 200, body: {} };
    }
    default:
      return undefined;
  }
}

function createRoom(call: Call, rooms: RoomStore, apiVersion: string): Reply {
  const body = jsonObject(call);
  const room = rooms.create({ ...time(body, 'validFrom'), ...time(body, 'validUntil') });
  if (body.participants !== undefined) patch(rooms, room, body.participants, apiVersion);
  return { status: 201, body: wireRoom(room) };
}

function updateRoom(call: Call, room: Room) {
  const { validFrom, validUntil } = { ...room, ...jsonObject(call, 'application/merge-patch+json') };
  Object.assign(room, { validFrom, validUntil });
  return wireRoom(room);
}

/** All of the patch or nothing of it. */
function patch(rooms: RoomStore, room: Room, participants: unknown, apiVersion: string): void {
  if (!isObject(participants)) throw badRequest('The field participants must be an object of raw IDs.');
  const changes = Object.entries(participants).map(([rawId, change]) => {
    if (!/^8:[a-z-]+:.+/.test(rawId)) throw badRequest(`${rawId} is no communication user.`);
    return { rawId, role: change === null ? null : roleIn(change, apiVersion) };
  });
  if (changes.length > MAX_PARTICIPANTS) throw badRequest(`At most ${MAX_PARTICIPANTS} participants may be changed.`);
  for (const { rawId, role } of changes) {
    if (role === null) rooms.remove(room, rawId);
    else rooms.set(room, rawId, role);
  }
}

function roleIn(change: unknown, apiVersion: string): string {
  const { role = 'Attendee' } = isObject(change) ? change : {};
  const known = rolesOf(apiVersion).find((name) => name === role);
  if (!isObject(change) || !known) {
    throw badRequest(`A participant must be null, or an object with a role of ${rolesOf(apiVersion).join(', ')}.`);
  }
  return known;
}

function time(body: Record<string, unknown>, name: string): Record<string, Date> {
  const value = body[name];
  return typeof value === 'string' ? { [name]: new Date(value) } : {};
}

/** The entries from `skip` on, and the link to those after them. */
function page(call: Call, entries: object[], { pageSize, linkOrigin = '' }: MergePatchOptions): Reply {
  const skip = Number(call.query.get('skip') ?? 0);
  const next = new URLSearchParams(call.query);
  next.set('skip', String(skip + pageSize));
  return {
    status: 200,
    body: {
      value: entries.slice(skip, skip + pageSize),
      ...(skip + pageSize < entries.length && { nextLink: `${linkOrigin}${call.path}?${next}` }),
    },
  };
}

function wireRoom({ id, createdAt, validFrom, validUntil }: Room) {
  return { id, createdAt, validFrom, validUntil, pstnDialOutEnabled: false };
}
