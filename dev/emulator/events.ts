// GET /emulator/events: the rooms as they change, as server-sent events, for a console that shows them live.
import type { ServerResponse } from 'node:http';
import type { RoomStore } from './roomStore';

/** Sends the rooms now and after each change, until the client goes away. */
export function streamRooms(rooms: RoomStore, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let scheduled = false;
  const send = () => {
    scheduled = false;
    response.write(`event: rooms\ndata: ${JSON.stringify(rooms.snapshot())}\n\n`);
  };
  // Several changes in one go, such as a removal of many, are one event.
  const schedule = () => {
    if (!scheduled) setImmediate(send);
    scheduled = true;
  };
  rooms.on('change', schedule);
  response.on('close', () => rooms.off('change', schedule));
  send();
}
