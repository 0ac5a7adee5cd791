// The console: rooms as they are, a removal through the function, and what it looks like on both sides of the proxy.
import {
  activeFaults,
  changeProxy,
  clearWire,
  type Fault,
  type ProxyState,
  proxyState,
  putEverybodyBack,
  type Room,
  setFaults,
  wireCalls,
} from './api';
import { element, exchange, shortened } from './view';

/** What ACS can be made to do; the first is its usual self. */
const FAULTS: { name: string; hint: string; faults: Fault[] }[] = [
  { name: 'Well', hint: 'answers as it should', faults: [] },
  { name: 'Throttling', hint: '429, come again in 60 s', faults: [{ kind: 'status', status: 429, retryAfter: '60' }] },
  { name: 'Outage', hint: 'every connection is reset', faults: [{ kind: 'reset' }] },
  { name: 'Failing once', hint: 'one 503, then well', faults: [{ kind: 'status', status: 503, times: 1 }] },
  { name: 'Slow', hint: 'each answer 2 s late', faults: [{ kind: 'slow', delayMs: 2000 }] },
  { name: 'Garbage', hint: 'HTML in place of JSON', faults: [{ kind: 'answer' }] },
  { name: 'Forgetful', hint: 'says 200, removes nobody', faults: [{ kind: 'ignore' }] },
  { name: 'Retired', hint: 'the API version is gone', faults: [{ kind: 'retired' }] },
];

const byId = <Wanted extends HTMLElement>(id: string) => document.getElementById(id) as Wanted;
const outcome = byId('outcome');
const settingsState = byId('settings-state');
let proxy: ProxyState;

/** Draws the rooms anew, keeping what is checked and where the keyboard is. */
function showRooms(rooms: Room[]): void {
  const checked = new Set(chosen());
  const focused = document.activeElement?.id;
  const room = chosenRoom() ?? rooms[0]?.id;
  byId('rooms').replaceChildren(
    ...rooms.map(({ id, participants }) => {
      const radio = element('input', { type: 'radio', name: 'room', value: id, id: `room-${id}` });
      radio.checked = id === room;
      const people = participants.map(({ rawId, role }) => {
        const box = element('input', { type: 'checkbox', name: 'participant', value: rawId, id: `person-${rawId}` });
        box.dataset.room = id;
        box.checked = checked.has(rawId);
        box.addEventListener('change', () => {
          if (box.checked) radio.checked = true;
        });
        const name = element('span', { className: 'raw-id', title: rawId }, shortened(rawId));
        return element('li', {}, element('label', {}, box, name, element('span', { className: 'badge' }, role)));
      });
      const count = participants.length === 1 ? '1 person' : `${participants.length} people`;
      const title = element('label', { className: 'room-name' }, radio, ` Room ${id} `);
      const list = people.length > 0 ? element('ul', {}, ...people) : element('p', { className: 'empty' }, 'Empty.');
      return element('div', { className: 'room' }, title, element('span', { className: 'count' }, count), list);
    }),
  );
  if (focused) document.getElementById(focused)?.focus();
}

const chosenRoom = () => document.querySelector<HTMLInputElement>('input[name=room]:checked')?.value;
const chosen = () =>
  [...document.querySelectorAll<HTMLInputElement>('input[name=participant]:checked')]
    .filter(({ dataset }) => dataset.room === chosenRoom())
    .map(({ value }) => value);

async function remove(): Promise<void> {
  const others = byId<HTMLTextAreaElement>('other')
    .value.split('\n')
    .flatMap((line) => line.trim() || []);
  const roomId = byId<HTMLInputElement>('other-room').value.trim() || chosenRoom();
  const body = JSON.stringify({ roomId, participants: [...chosen(), ...others] });
  const url = `${proxy.url}/api/removeParticipants`;
  const headers = { 'content-type': 'application/json', 'x-ms-client-request-id': crypto.randomUUID() };
  byId<HTMLButtonElement>('remove').disabled = true;
  outcome.className = '';
  outcome.textContent = 'Asking …';
  await clearWire();
  const startedAt = performance.now();
  const sent = { method: 'POST', target: url, headers, body };
  try {
    const response = await fetch(url, { method: 'POST', headers, body });
    const answer = await response.text();
    const ms = Math.round(performance.now() - startedAt);
    const answered = { status: response.status, answer, answerHeaders: Object.fromEntries(response.headers) };
    byId('caller-side').replaceChildren(exchange({ ...sent, ...answered }));
    showOutcome(response, answer, ms);
  } catch (error) {
    byId('caller-side').replaceChildren(exchange(sent));
    outcome.className = 'bad';
    outcome.textContent = `The function cannot be reached at ${proxy.url}: ${error}`;
  }
  await showWire();
  byId<HTMLButtonElement>('remove').disabled = false;
}

function showOutcome({ ok, status, headers }: Response, answer: string, ms: number): void {
  outcome.className = ok ? 'good' : 'bad';
  if (ok) {
    const { removed } = JSON.parse(answer);
    outcome.textContent = `${status}: ${removed.length} out of the room, after ${ms} ms.`;
    return;
  }
  const retryAfter = headers.get('retry-after');
  const again = retryAfter === null ? '' : ` Come again in ${retryAfter} s.`;
  const { code, message } = answer === '' ? { code: 'No body', message: '' } : JSON.parse(answer).error;
  outcome.textContent = `${status} ${code}, after ${ms} ms. ${message}${again}`;
}

async function showWire(): Promise<void> {
  const calls = await wireCalls();
  const none = element('p', { className: 'empty' }, 'The proxy asked nothing of ACS.');
  byId('wire-side').replaceChildren(...(calls.length > 0 ? calls.map(exchange) : [none]));
}

async function offerFaults(): Promise<void> {
  const { faults: active } = await activeFaults();
  byId('faults').append(
    ...FAULTS.map(({ name, hint, faults }) => {
      const radio = element('input', { type: 'radio', name: 'fault', value: name });
      radio.checked = JSON.stringify(active) === JSON.stringify(faults);
      radio.addEventListener('change', () => void setFaults(faults));
      return element('label', {}, radio, element('span', {}, name), element('span', { className: 'hint' }, hint));
    }),
  );
}

function offerSettings(): void {
  const version = byId<HTMLSelectElement>('api-version');
  const mode = byId<HTMLSelectElement>('auth-mode');
  version.replaceChildren(...proxy.apiVersions.map((name) => element('option', { value: name }, name)));
  mode.replaceChildren(...proxy.authModes.map((name) => element('option', { value: name }, name)));
  version.value = proxy.apiVersion;
  mode.value = proxy.authMode;
  for (const select of [version, mode]) {
    select.disabled = !proxy.changeable;
    select.addEventListener('change', async () => {
      settingsState.textContent = 'The function restarts …';
      byId<HTMLButtonElement>('remove').disabled = true;
      try {
        proxy = await changeProxy({ apiVersion: version.value, authMode: mode.value });
        settingsState.textContent = 'The function runs with it.';
      } catch (error) {
        settingsState.textContent = String(error);
      }
      byId<HTMLButtonElement>('remove').disabled = false;
    });
  }
  if (!proxy.changeable) settingsState.textContent = 'To change them here, run both with npm start.';
}

function follow(): void {
  const live = byId('live');
  const events = new EventSource('/emulator/events');
  events.addEventListener('open', () => {
    live.textContent = 'live';
  });
  events.addEventListener('error', () => {
    live.textContent = 'the emulator is gone';
  });
  events.addEventListener('rooms', ({ data }) => showRooms(JSON.parse(data)));
}

byId('removal').addEventListener('submit', (event) => {
  event.preventDefault();
  void remove();
});
byId('reset').addEventListener('click', async () => {
  await putEverybodyBack();
  byId('faults').querySelector('input')?.click();
});

proxy = await proxyState();
await offerFaults();
offerSettings();
follow();
