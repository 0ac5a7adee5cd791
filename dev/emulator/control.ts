// /emulator/*: what only an emulator has, for tests and the console: its state, its faults, its journal.

import type { Emulated } from './emulator';
import { readFaults } from './faults';
import { type Call, jsonObject, type Reply } from './http';

/** What these endpoints answer, or undefined where the path is none of them. */
export function answerControl(call: Call, { rooms, faults, journal }: Emulated): Reply | undefined {
  switch (`${call.method} ${call.path}`) {
    case 'GET /emulator/rooms':
      return {
        status: 200,
        body: rooms.list().map(({ id, participants }) => ({
          id,
          participants: [...participants].map(([rawId, role]) => ({ rawId, role })),
        })),
      };
    case 'GET /emulator/faults':
      return { status: 200, body: { faults: faults.active } };
    case 'PUT /emulator/faults':
      faults.set(...readFaults(jsonObject(call).faults));
      return { status: 200, body: { faults: faults.active } };
    case 'GET /emulator/journal':
      return { status: 200, body: journal.entries() };
    case 'POST /emulator/reset':
      rooms.reset();
      faults.set();
      journal.clear();
      return { status: 204 };
    default:
      return undefined;
  }
}
