// npm start: the emulator and the function together, and the settings that the console may change.
import { PRESENTER, remove } from '../harness/caller';
import { type Started, startAll } from '../harness/started';

let started: Started;
beforeAll(async () => {
  started = await startAll();
});
afterAll(() => started?.stop());

async function change(settings: object): Promise<{ status: number; body: { apiVersion: string; authMode: string } }> {
  const response = await fetch(`${started.emulator}/emulator/proxy`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  return { status: response.status, body: (await response.json()) as { apiVersion: string; authMode: string } };
}

test('prints a first call that works, and where the console is', async () => {
  expect(started.output()).toContain(`${started.url}/api/removeParticipants`);
  expect(started.output()).toContain(`${started.emulator}/`);
  expect((await remove(started, [PRESENTER])).status).toBe(200);
});

test('changes that come together are made one after the other, and the function serves with the last', async () => {
  const answers = await Promise.all([
    change({ apiVersion: '2023-06-14', authMode: 'access-key' }),
    change({ apiVersion: '2025-03-13', authMode: 'user-token' }),
    change({ apiVersion: '2024-04-15', authMode: 'entra' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await remove(started, [PRESENTER])).status).toBe(200);
  const state = (await (await fetch(`${started.emulator}/emulator/proxy`)).json()) as object;
  expect(state).toMatchObject({ apiVersion: '2024-04-15', authMode: 'entra' });
});

test.each([{ apiVersion: '1999-01-01', authMode: 'entra' }, { apiVersion: '2025-03-13', authMode: 'none' }, {}])(
  '%j changes nothing',
  async (settings) => {
    expect((await change(settings)).status).toBe(400);
    expect((await remove(started, [PRESENTER])).status).toBe(200);
  },
);
