// The API's definitions: served by the app, and true of it. That every answer in the end-to-end suites is one the definition
// knows, test/harness/caller.ts sees to.
import { errorCatalogue } from '../../shared/contract/errors';
import { ATTENDEE, get, PRESENTER, post, ROOM } from '../harness/caller';
import { definition, faultsBySchema } from '../harness/definition';
import { running } from '../harness/running';

const here = running();

const removal = definition.paths['/removeParticipants']?.post;
const requestSchema = removal?.requestBody?.content['application/json'].schema ?? {};

test('openapi.json is OpenAPI 3.0 with the address it was asked for', async () => {
  const { status, headers, body } = await get(here.proxy, '/api/openapi.json');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(body).toMatchObject({ openapi: '3.0.3', servers: [{ url: `${here.proxy.url}/api` }] });
});

test('swagger.json is OpenAPI 2.0 with the address it was asked for, and what Logic Apps draws an action from', async () => {
  const { status, body } = await get(here.proxy, '/api/swagger.json');
  expect(status).toBe(200);
  const { host, origin } = new URL(here.proxy.url);
  expect(body).toMatchObject({ swagger: '2.0', host, basePath: '/api', schemes: ['http'] });
  expect(`${body.schemes[0]}://${body.host}`).toBe(origin);
  expect(body.paths['/removeParticipants'].post['x-ms-visibility']).toBe('important');
  const { roomId, participants } = body.definitions.RemovalRequest.properties;
  for (const field of [roomId, participants]) {
    expect(field).toMatchObject({ 'x-ms-summary': expect.any(String), 'x-ms-visibility': 'important' });
  }
  // Words of OpenAPI 3 that Swagger tools refuse.
  expect(JSON.stringify(body)).not.toMatch(/"(anyOf|oneOf|nullable|components)"/);
});

test('what the designer of Logic Apps would send removes people', async () => {
  const { body: swagger } = await get(here.proxy, '/api/swagger.json');
  const example = swagger.paths['/removeParticipants'].post.parameters[0]['x-example'];
  const { status, body } = await post(here.proxy, example);
  expect({ status, removed: body.removed }).toEqual({ status: 200, removed: [PRESENTER] });
});

test('both name every status and code of the catalogue, and no other', async () => {
  const { body: swagger } = await get(here.proxy, '/api/swagger.json');
  const expected = Object.entries(errorCatalogue).map(([code, { status }]) => `${status} ${code}`);
  for (const operation of [removal, swagger.paths['/removeParticipants'].post]) {
    const { 200: _, ...errors } = operation.responses;
    const named = Object.entries<{ headers: Record<string, { enum?: string[]; schema?: { enum: string[] } }> }>(
      errors,
    ).flatMap(([status, { headers }]) => {
      const { enum: direct, schema } = headers['x-ms-error-code'] ?? {};
      return (direct ?? schema?.enum ?? []).map((code) => `${status} ${code}`);
    });
    expect(named.sort()).toEqual(expected.sort());
  }
});

test('every example is valid by the schema beside it', () => {
  let seen = 0;
  for (const methods of Object.values(definition.paths)) {
    for (const { requestBody, responses } of Object.values(methods)) {
      for (const part of [requestBody, ...Object.values(responses)]) {
        const { schema = {}, examples = {} } = part?.content['application/json'] ?? {};
        for (const [name, { value }] of Object.entries(examples)) {
          expect([name, faultsBySchema(schema, value)]).toEqual([name, '']);
          seen += 1;
        }
      }
    }
  }
  expect(seen).toBe(1 + 1 + Object.keys(errorCatalogue).length + 2);
});

test.each<[string, unknown, boolean]>([
  ['raw IDs', { roomId: ROOM, participants: [PRESENTER, ATTENDEE] }, true],
  ['objects as ACS lists them', { roomId: ROOM, participants: [{ rawId: PRESENTER, role: 'Presenter' }] }, true],
  ['a phone number', { roomId: ROOM, participants: ['4:+14255550123'] }, false],
  ['a room id that would change the path', { roomId: '..', participants: [PRESENTER] }, false],
  ['nobody', { roomId: ROOM, participants: [] }, false],
  ['351 people', { roomId: ROOM, participants: Array(351).fill(PRESENTER) }, false],
  ['a misspelt field', { roomId: ROOM, participant: [PRESENTER] }, false],
  ['a field too many', { roomId: ROOM, participants: [PRESENTER], role: 'Presenter' }, false],
  ['a list', [ROOM, PRESENTER], false],
])('the schema of the request and the function agree about %s', async (_, request, valid) => {
  const { status } = await post(here.proxy, request);
  expect({ bySchema: faultsBySchema(requestSchema, request) === '', byFunction: status === 200 }).toEqual({
    bySchema: valid,
    byFunction: valid,
  });
});

test('the definitions need no key, no settings and no ACS', async () => {
  here.emulator.faults.set({ kind: 'hang' });
  expect((await get(here.proxy, '/api/openapi.json')).status).toBe(200);
  expect(here.emulator.journal.total).toBe(0);
});
