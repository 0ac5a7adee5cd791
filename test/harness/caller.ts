// A caller of the proxy.
import { holdToDefinition } from './definition';
import { IN_PROCESS, type RunningProxy } from './proxy';

export const ROOM = '99199690362660524';
const RESOURCE = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_00000010-ce28-064a-83fe-';
export const PRESENTER = `${RESOURCE}084822000666`;
export const ATTENDEE = `${RESOURCE}084822000777`;

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what the tests assert is just what this JSON holds
  body: any;
}

/** Posts `body`, as JSON unless it is a string or bytes already. Whatever the answer, it must be one that the definition knows. */
export async function post(
  proxy: Pick<RunningProxy, 'url'>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(`${proxy.url}/api/removeParticipants`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  const answered = await read(response);
  // Mutation testing builds nothing, and so has no definition.
  if (!IN_PROCESS) holdToDefinition({ method: 'post', path: '/removeParticipants' }, answered);
  return answered;
}

/** Gets what is not a removal: health, definitions. */
export async function get(proxy: Pick<RunningProxy, 'url'>, path: string): Promise<Answered> {
  const answered = await read(await fetch(`${proxy.url}${path}`));
  if (path === '/api/health') holdToDefinition({ method: 'get', path: '/health' }, answered);
  return answered;
}

async function read(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** Asks for these people to leave the room. */
export function remove(
  proxy: Pick<RunningProxy, 'url'>,
  participants: unknown[],
  headers: Record<string, string> = {},
): Promise<Answered> {
  return post(proxy, { roomId: ROOM, participants }, headers);
}
