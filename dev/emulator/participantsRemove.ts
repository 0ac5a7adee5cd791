// Rooms as api-version 2022-02-01 speaks it: participants:add, :update and :remove, each answered with the new list.
import { badRequest, type Call, isObject, jsonObject, type Reply } from './http';
import type { Room, RoomStore } from './roomStore';

const ROLES = ['Presenter', 'Attendee', 'Consumer'];
const IDENTIFIER_KINDS = ['communicationUser', 'phoneNumber', 'microsoftTeamsUser'];

interface WireParticipant {
  rawId: string;
  role: string | undefined;
}

/** What these endpoints answer, or undefined where the path is none of them. */
export function answerPreview(call: Call, segments: string[], rooms: RoomStore): Reply | undefined {
  const [collection, id, sub, ...more] = segments;
  if (collection !== 'rooms' || more.length > 0) return undefined;
  const route = `${call.method} ${sub ?? (id === undefined ? '/' : '/{id}')}`;
  if (route === 'POST /') return createRoom(call, rooms);
  if (id === undefined) return undefined;
  switch (route) {
    case 'GET /{id}':
      return { status: 200, body: wireRoom(rooms.get(id)) };
    case 'DELETE /{id}':
      rooms.delete(id);
      return { status: 204 };
    case 'GET participants':
      return { status: 200, body: wireList(rooms.get(id)) };
    case 'POST participants:add':
    case 'POST participants:update':
    case 'POST participants:remove': {
      const room = rooms.get(id);
      const participants = readParticipants(jsonObject(call), true);
      for (const { rawId, role } of participants) {
        if (sub === 'participants:remove') rooms.remove(room, rawId);
        else rooms.set(room, rawId, role ?? 'Attendee');
      }
      return { status: 200, body: wireList(room) };
    }
    default:
      return undefined;
  }
}

function createRoom(call: Call, rooms: RoomStore): Reply {
  const body = jsonObject(call);
  const participants = readParticipants(body, false);
  const room = rooms.create({
    ...(typeof body.validFrom === 'string' && { validFrom: new Date(body.validFrom) }),
    ...(typeof body.validUntil === 'string' && { validUntil: new Date(body.validUntil) }),
  });
  for (const { rawId, role } of participants) rooms.set(room, rawId, role ?? 'Attendee');
  return { status: 201, body: wireRoom(room) };
}

function readParticipants({ participants }: Record<string, unknown>, required: boolean): WireParticipant[] {
  if (participants === undefined && !required) return [];
  if (!Array.isArray(participants) || participants.length === 0) {
    throw badRequest('The field participants must be an array with at least one entry.');
  }
  return participants.map(readParticipant);
}

function readParticipant(value: unknown): WireParticipant {
  if (!isObject(value) || !isObject(value.communicationIdentifier)) {
    throw badRequest('A participant must have a communicationIdentifier.');
  }
  const { communicationIdentifier: identifier, role } = value;
  if (role !== undefined && !ROLES.some((known) => known.toLowerCase() === String(role).toLowerCase())) {
    throw badRequest(`The role must be one of ${ROLES.join(', ')}.`);
  }
  const kinds = Object.keys(identifier).filter((name) => name !== 'rawId');
  if (kinds.length > 1 || kinds.some((kind) => !IDENTIFIER_KINDS.includes(kind))) {
    throw badRequest('A communicationIdentifier may hold one kind of identifier besides rawId.');
  }
  const user = identifier.communicationUser;
  const rawId = isObject(user) ? user.id : identifier.rawId;
  if (typeof rawId !== 'string' || !/^8:[a-z-]+:.+/.test(rawId)) {
    throw badRequest('A participant must be a communication user with an id.');
  }
  if (identifier.rawId !== undefined && identifier.rawId !== rawId) {
    throw badRequest('The rawId and the id of the communicationUser must be the same.');
  }
  return { rawId, role: typeof role === 'string' ? role : undefined };
}

function wireList(room: Room) {
  return {
    participants: [...room.participants].map(([rawId, role]) => ({
      communicationIdentifier: { rawId, communicationUser: { id: rawId } },
      role,
    })),
  };
}

function wireRoom(room: Room) {
  const { id, createdAt: createdDateTime, validFrom, validUntil } = room;
  return { id, createdDateTime, validFrom, validUntil, roomJoinPolicy: 'InviteOnly', ...wireList(room) };
}
