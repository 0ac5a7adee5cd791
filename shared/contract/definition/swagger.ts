// The API's definition in OpenAPI 2.0 (Swagger), with the hints from which Logic Apps and custom connectors draw an action.
import { errorCatalogue } from '../errors';
import { about, errorExample, errorsOf, healthOperation, removalOperation, statusesOf, tags } from './operations';
import { healthExamples, type JsonSchema, requestExample, resultExample, schemasUnder } from './schemas';

const SCHEMAS = '#/definitions/';

const ref = (name: string) => ({ $ref: `${SCHEMAS}${name}` });
const requestIdHeader = { type: 'string', description: 'The correlation id, as in requestId.' };

/** Swagger knows no alternatives: of an entry's two forms, designers offer the plain raw ID. The function takes both. */
function simplify(schema: JsonSchema): void {
  const [plain] = schema.anyOf ?? [];
  if (typeof plain !== 'object') return;
  delete schema.anyOf;
  Object.assign(schema, plain, { 'x-ms-summary': 'Raw ID', description: 'Raw ID of an ACS user.' });
}

function errorResponse(status: number) {
  const codes = errorsOf(status);
  const [first] = codes;
  return {
    description: codes.map(({ code, when }) => `${code}: ${when}.`).join(' '),
    schema: ref('ErrorAnswer'),
    headers: {
      'x-ms-error-code': { type: 'string', enum: codes.map(({ code }) => code), description: 'The code.' },
      'x-ms-client-request-id': requestIdHeader,
      ...(codes.some(({ retryAfter }) => retryAfter) && {
        'retry-after': { type: 'integer', description: 'Seconds after which another try makes sense, where known.' },
      }),
    },
    ...(first && { examples: { 'application/json': errorExample(first.code) } }),
  };
}

/** @param routePrefix of host.json */
export function swaggerDefinition(routePrefix: string): object {
  return {
    swagger: '2.0',
    info: about,
    tags,
    basePath: `/${routePrefix}`,
    consumes: ['application/json'],
    produces: ['application/json'],
    security: [{ functionKey: [] }],
    paths: {
      '/removeParticipants': {
        post: {
          ...removalOperation,
          'x-ms-visibility': 'important',
          parameters: [
            {
              name: 'body',
              in: 'body',
              required: true,
              description: 'Who leaves which room.',
              schema: ref('RemovalRequest'),
              'x-ms-summary': 'Removal',
              'x-ms-visibility': 'important',
              'x-example': requestExample,
            },
            {
              name: 'x-ms-client-request-id',
              in: 'header',
              type: 'string',
              maxLength: 128,
              description: 'Correlation id of the caller; without it the id of the workflow run serves.',
              'x-ms-summary': 'Client request id',
              'x-ms-visibility': 'advanced',
            },
          ],
          responses: {
            200: {
              description: 'Everybody named is out of the room.',
              schema: ref('RemovalResult'),
              headers: { 'x-ms-client-request-id': requestIdHeader },
              examples: { 'application/json': resultExample },
            },
            ...Object.fromEntries(statusesOf(errorCatalogue).map((status) => [status, errorResponse(status)])),
          },
        },
      },
      '/health': {
        get: {
          ...healthOperation,
          'x-ms-visibility': 'internal',
          security: [],
          responses: {
            200: {
              description: 'A removal could be made now.',
              schema: ref('HealthReport'),
              examples: { 'application/json': healthExamples.healthy },
            },
            503: {
              description: 'It could not; the check that failed says why.',
              schema: ref('HealthReport'),
              examples: { 'application/json': healthExamples.unhealthy },
            },
          },
        },
      },
    },
    definitions: schemasUnder(SCHEMAS, simplify),
    securityDefinitions: {
      functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A function key.' },
    },
  };
}
