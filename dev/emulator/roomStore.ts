// The rooms of the emulated resource and who is in them.
import { EventEmitter } from 'node:events';
import { AcsError } from './http';

export interface Room {
  id: string;
  createdAt: string;
  validFrom: string;
  validUntil: string;
  /** Raw ID -> role, in the order of joining. */
  participants: Map<string, string>;
}

const RESOURCE = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_00000010-ce28-064a-83fe-';
const SEED = { id: '99199690362660524', presenter: `${RESOURCE}084822000666`, attendee: `${RESOURCE}084822000777` };
const SIXTY_DAYS_MS = 60 * 24 * 60 * 60 * 1000;

/** Emits `change` after each change. */
export class RoomStore extends EventEmitter {
  readonly #rooms = new Map<string, Room>();
  /** Whether removals are accepted without effect. */
  frozen = false;

  constructor() {
    super();
    this.reset();
  }

  /** Back to the one room that the documentation speaks of. */
  reset(): void {
    this.#rooms.clear();
    const seeded = this.create({ id: SEED.id });
    this.set(seeded, SEED.presenter, 'Presenter');
    this.set(seeded, SEED.attendee, 'Attendee');
  }

  create({ id = newRoomId(), validFrom = new Date(), validUntil = new Date(+validFrom + SIXTY_DAYS_MS) } = {}): Room {
    const room: Room = {
      id,
      createdAt: new Date().toISOString(),
      validFrom: validFrom.toISOString(),
      validUntil: validUntil.toISOString(),
      participants: new Map(),
    };
    this.#rooms.set(id, room);
    this.emit('change');
    return room;
  }

  /** @throws AcsError 404 */
  get(id: string): Room {
    const room = this.#rooms.get(id);
    if (!room) throw new AcsError(404, 'NotFound', `Room ${id} does not exist.`);
    return room;
  }

  list(): Room[] {
    return [...this.#rooms.values()];
  }

  /** All rooms as plain data. */
  snapshot(): { id: string; participants: { rawId: string; role: string }[] }[] {
    return this.list().map(({ id, participants }) => ({
      id,
      participants: [...participants].map(([rawId, role]) => ({ rawId, role })),
    }));
  }

  delete(id: string): void {
    this.get(id);
    this.#rooms.delete(id);
    this.emit('change');
  }

  /** Adds someone, or changes the role of one who is there. */
  set(room: Room, rawId: string, role: string): void {
    room.participants.set(rawId, role);
    this.emit('change');
  }

  remove(room: Room, rawId: string): void {
    if (!this.frozen && room.participants.delete(rawId)) this.emit('change');
  }
}

/** 17 digits, as ACS gives. */
function newRoomId(): string {
  return `99${Array.from({ length: 15 }, () => Math.floor(Math.random() * 10)).join('')}`;
}
