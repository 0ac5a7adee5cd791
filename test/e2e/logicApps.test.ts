// The workflows in examples/logic-apps, run as Logic Apps would run them against the proxy.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ATTENDEE, PRESENTER, ROOM } from '../harness/caller';
import { faultsBySchema, definition as openApi } from '../harness/definition';
import { type Run, runWorkflow } from '../harness/logicApps';
import { recordOf } from '../harness/proxy';
import { running } from '../harness/running';
import { definitionSchema } from '../harness/workflowSchema';

const folder = path.resolve(__dirname, '../../examples/logic-apps');
const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
const CONSUMPTION = 'consumption/remove-participants.json';
const STANDARD = 'standard/remove-participants/workflow.json';
const CLOSING = 'standard/room-closes/workflow.json';

const here = running({ ACS_MAX_RETRIES: '0' });
/** What the calls of the current test carried. */
let keys: unknown[];
beforeEach(() => {
  keys = [];
});

function run(file: string, trigger?: unknown): Promise<Run> {
  const appSettings = { ROOMS_PROXY_URL: here.proxy.url, ROOMS_PROXY_KEY: 'the function key' };
  const text = JSON.stringify(file === CONSUMPTION ? read(file).parameters : read('standard/parameters.json')).replace(
    /@appsetting\('(\w+)'\)/g,
    (_, name: keyof typeof appSettings) => appSettings[name],
  );
  const parameters = Object.entries<{ value: unknown }>(JSON.parse(text)).map(([name, { value }]) => [name, value]);
  return runWorkflow(definitionSchema.parse(read(file).definition), {
    trigger,
    parameters: Object.fromEntries(parameters),
    url(action, { uri, function: called, headers }) {
      keys.push((headers as Record<string, string>)['x-functions-key']);
      if (action.type === 'Http') return String(uri);
      // The action finds the function by its resource id and knows the default route only.
      return `${here.proxy.url}/api/${(called as { id: string }).id.split('/functions/')[1]}`;
    },
  });
}

const statuses = ({ actions }: Run) =>
  Object.fromEntries(Object.entries(actions).map(([name, { status }]) => [name, status]));

test('every workflow there is valid by the schema of the language', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter((name) => name.endsWith('.json') && !name.endsWith('parameters.json'));
  expect(files.sort()).toEqual([CONSUMPTION, STANDARD, CLOSING].sort());
  for (const file of files) expect(definitionSchema.safeParse(read(file).definition).error?.issues ?? []).toEqual([]);
  for (const file of [STANDARD, CLOSING]) expect(read(file).kind).toBe('Stateful');
});

describe.each([CONSUMPTION, STANDARD])('%s', (file) => {
  const trigger = { roomId: ROOM, participants: [PRESENTER] };

  test('removes people and says who is still there', async () => {
    const finished = await run(file, trigger);
    expect(finished.response).toEqual({
      statusCode: 200,
      body: { removed: [PRESENTER], stillInRoom: [{ rawId: ATTENDEE, role: 'Attendee' }] },
    });
    expect([...here.emulator.rooms.get(ROOM).participants.keys()]).toEqual([ATTENDEE]);
    expect(keys).toEqual([file === STANDARD ? 'the function key' : undefined]);
    expect(finished.waits).toEqual([]);
  });

  test('is found in the log of the proxy by the id of the run', async () => {
    const { actions } = await run(file, trigger);
    const requestId = String((actions.Remove_participants?.body as { requestId?: string } | undefined)?.requestId);
    expect(requestId).toMatch(/^08584\d+CU00$/);
    expect(await recordOf(here.proxy, requestId)).toMatchObject({ code: 'Removed' });
  });

  test.each([
    ['throttled', { kind: 'status', status: 429, retryAfter: '60' }, [429, 429, 429, 200], 60],
    ['unavailable', { kind: 'status', status: 503, retryAfter: '50' }, [503, 503, 503, 200], 50],
    ['failing', { kind: 'status', status: 500 }, [500, 500, 500, 200], 5],
    ['losing connections', { kind: 'reset' }, [undefined, undefined, undefined, 200], 5],
  ] as const)('gets through where ACS is %s for three calls, waiting as it is told', async (_, fault, seen, leastS) => {
    here.emulator.faults.set({ ...fault, times: 3 });
    const finished = await run(file, trigger);
    expect(finished.response?.statusCode).toBe(200);
    expect(here.emulator.journal.entries('/rooms/').map(({ status }) => status)).toEqual(seen);
    expect(finished.waits).toHaveLength(3);
    for (const wait of finished.waits) expect(wait).toBeGreaterThanOrEqual(leastS);
  });

  test('gives up after four retries, and asks for a person', async () => {
    here.emulator.faults.set({ kind: 'status', status: 500, code: 'ServiceUnavailable' });
    const finished = await run(file, trigger);
    expect(finished.waits).toHaveLength(4);
    expect(finished.response).toMatchObject({ statusCode: 503, body: { code: 'UpstreamError' } });
    expect(statuses(finished)).toMatchObject({ They_are_out: 'Skipped', They_may_not_be_out: 'Succeeded' });
  });

  test('a room that is not there is no failure, and is not asked for again', async () => {
    const finished = await run(file, { ...trigger, roomId: '99000000000000000' });
    expect(finished.response?.statusCode).toBe(200);
    expect(finished.waits).toEqual([]);
  });

  test('what was wrong in the request comes back to whoever triggered it', async () => {
    const finished = await run(file, { ...trigger, participants: ['4:+14255550123'] });
    expect(finished.response).toMatchObject({
      statusCode: 400,
      body: { details: [{ target: 'participants[0]' }] },
    });
  });

  test('somebody who did not leave is named', async () => {
    here.emulator.faults.set({ kind: 'ignore' });
    const finished = await run(file, trigger);
    expect(finished.response).toMatchObject({ statusCode: 502, body: { details: [{ target: PRESENTER }] } });
  });

  test('every code it branches on is one of the contract', () => {
    const { actions } = definitionSchema.parse(read(file).definition);
    const branch = actions.They_may_not_be_out;
    const codes = branch?.type === 'Switch' ? Object.values(branch.cases).map((each) => each.case) : [];
    const known = Object.values(openApi.paths['/removeParticipants']?.post?.responses ?? {}).flatMap(({ content }) =>
      Object.keys(content['application/json'].examples),
    );
    expect(codes.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining(codes));
  });
});

describe(CLOSING, () => {
  test('empties the room: the guests, then whoever the answer still lists, as it lists them', async () => {
    const finished = await run(CLOSING);
    expect(here.emulator.rooms.get(ROOM).participants.size).toBe(0);
    expect(statuses(finished)).toMatchObject({
      Is_somebody_left: 'Succeeded',
      So_does_whoever_else_is_left: 'Succeeded',
    });
    expect(finished.status).toBe('Succeeded');
  });

  test('an empty room takes one call', async () => {
    here.emulator.rooms.get(ROOM).participants.delete(PRESENTER);
    const finished = await run(CLOSING);
    expect(finished.actions).not.toHaveProperty('So_does_whoever_else_is_left');
    expect(finished.status).toBe('Succeeded');
  });

  test('a room that is gone is closed', async () => {
    here.emulator.rooms.delete(ROOM);
    expect((await run(CLOSING)).status).toBe('Succeeded');
  });

  test('a run that could not close the room has failed', async () => {
    here.emulator.faults.set({ kind: 'status', status: 403 });
    expect((await run(CLOSING)).status).toBe('Failed');
  });

  test('fires at 18:00 in a time zone that it names', () => {
    const { triggers } = definitionSchema.parse(read(CLOSING).definition);
    expect(Object.values(triggers)).toEqual([
      {
        type: 'Recurrence',
        recurrence: {
          frequency: 'Day',
          interval: 1,
          timeZone: 'W. Europe Standard Time',
          schedule: { hours: ['18'], minutes: [0] },
        },
      },
    ]);
  });
});

test('the schema in the trigger of the workflows takes what the API takes', () => {
  const [trigger] = Object.values(definitionSchema.parse(read(STANDARD).definition).triggers);
  const schema = trigger?.type === 'Request' ? trigger.inputs.schema : {};
  const request = { roomId: ROOM, participants: [PRESENTER] };
  expect(faultsBySchema(schema, request)).toBe('');
  expect(faultsBySchema({ $ref: '#/components/schemas/RemovalRequest' }, request)).toBe('');
});
