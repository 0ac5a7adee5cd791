// The contract's zod schemas as JSON Schema, each field with the words that people read in a designer or a reference.
import * as z from 'zod/mini';
import { errorAnswerSchema } from '../errors';
import { healthReportSchema } from '../healthReport';
import { removalRequestSchema } from '../removalRequest';
import { removalResultSchema } from '../removalResult';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The extensions are what Logic Apps and custom connectors show: a label, and what is in view at once. */
interface Words {
  id?: string;
  description?: string;
  'x-ms-summary'?: string;
  'x-ms-visibility'?: 'important' | 'advanced' | 'internal';
  example?: unknown;
}

const PERSON = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_00000010-ce28-064a-83fe-084822000666';
const OTHER = '8:acs:db75ed0c-e801-41a3-99a4-66a0a119a06c_00000010-ce28-064a-83fe-084822000777';

export const requestExample = { roomId: '99199690362660524', participants: [PERSON] };
export const resultExample = {
  roomId: '99199690362660524',
  removed: [PERSON],
  participants: [{ rawId: OTHER, role: 'Attendee' }],
  requestId: '5f0c5bb1-6a7c-4b8e-9a53-2f3f4c1f0b7e',
};
export const healthExamples = {
  healthy: {
    status: 'healthy',
    checks: { settings: { status: 'ok' }, credential: { status: 'ok' }, circuit: { status: 'ok' } },
  },
  unhealthy: {
    status: 'unhealthy',
    checks: {
      settings: { status: 'failed', message: 'The proxy is not configured: ACS_ENDPOINT is missing.' },
      credential: { status: 'unknown' },
      circuit: { status: 'unknown' },
    },
  },
};

const words = z.registry<Words>();

function describe(schema: z.core.$ZodType, summary: string, description: string, rest: Words = {}): void {
  words.add(schema, { 'x-ms-summary': summary, description, ...rest });
}

words.add(removalRequestSchema, {
  id: 'RemovalRequest',
  description: 'Who leaves which room.',
  example: requestExample,
});
const { roomId, participants } = removalRequestSchema.shape;
describe(roomId, 'Room', 'Id of the room. 1 to 64 characters of A-Z a-z 0-9 . _ ~ -, not "." or "..".', {
  'x-ms-visibility': 'important',
});
describe(
  participants,
  'Participants',
  'Who is to leave: 1 to 350 raw IDs of ACS users (8:acs:, 8:spool:, 8:dod-acs: or 8:gcch-acs:), or objects with the ' +
    'raw ID in rawId, so that a list from this API or from ACS can be passed on as it is. Duplicates count once.',
  { 'x-ms-visibility': 'important' },
);

words.add(removalResultSchema, {
  id: 'RemovalResult',
  description: 'What became of the removal.',
  example: resultExample,
});
const result = removalResultSchema.shape;
describe(result.roomId, 'Room', 'Id of the room, as sent.');
describe(
  result.removed,
  'Removed',
  'Raw IDs asked for and not in the room now. Someone who was not there counts: the call is idempotent.',
);
describe(result.participants, 'Still in the room', 'Who is in the room now.');
describe(result.participants._zod.def.element.shape.rawId, 'Raw ID', 'Raw ID of the participant.');
describe(
  result.participants._zod.def.element.shape.role,
  'Role',
  'Presenter, Attendee, Consumer, Collaborator, whatever comes next; absent where ACS gives none.',
);
describe(result.requestId, 'Request id', 'The correlation id: in the log of the proxy, and sent on to ACS.');

words.add(errorAnswerSchema, { id: 'ErrorAnswer', description: 'Why nothing was, or may have been, removed.' });
const { error, requestId } = errorAnswerSchema.shape;
describe(error, 'Error', 'The error, in the shape of the Azure REST guidelines.');
describe(error.shape.code, 'Code', 'What kind of error; a stable name to branch on. The same as in x-ms-error-code.');
describe(error.shape.message, 'Message', 'For people; may change.');
describe(error.shape.target, 'Target', 'The field of the request at fault.');
describe(error.shape.details, 'Details', 'One entry for each fault.');
describe(error.shape.innererror, 'Inner error', 'What ACS said.');
describe(requestId, 'Request id', 'The correlation id: in the log of the proxy, and sent on to ACS.');

words.add(healthReportSchema, { id: 'HealthReport', description: 'Whether a removal could be made now.' });

/**
 * All schemas by name.
 *
 * @param prefix of a reference to one
 * @param simplify may change each schema in place
 */
export function schemasUnder(prefix: string, simplify: (schema: JsonSchema) => void): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(words, {
    target: 'openapi-3.0',
    io: 'input',
    metadata: words,
    uri: (id) => `${prefix}${id}`,
    override: ({ jsonSchema }) => simplify(jsonSchema),
  });
  return Object.fromEntries(Object.entries(schemas).map(([name, { $id, id, ...schema }]) => [name, schema]));
}
