// The API's definition in OpenAPI 3.0: for people, generators, gateways and the tests that hold every answer to it.
import { type ErrorCode, errorCatalogue } from '../errors';
import { about, errorExample, errorsOf, healthOperation, removalOperation, statusesOf, tags } from './operations';
import { healthExamples, requestExample, resultExample, schemasUnder } from './schemas';

const SCHEMAS = '#/components/schemas/';

const json = (schema: string, examples: Record<string, unknown>) => ({
  'application/json': {
    schema: { $ref: `${SCHEMAS}${schema}` },
    examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
  },
});

const header = (name: string) => ({ $ref: `#/components/headers/${name}` });

function errorResponse(status: number) {
  const codes = errorsOf(status);
  return {
    description: codes.map(({ code, when }) => `\`${code}\`: ${when}.`).join('\n\n'),
    headers: {
      'x-ms-error-code': { schema: { type: 'string', enum: codes.map(({ code }) => code) }, description: 'The code.' },
      'x-ms-client-request-id': header('requestId'),
      ...(codes.some(({ retryAfter }) => retryAfter) && { 'retry-after': header('retryAfter') }),
    },
    content: json(
      'ErrorAnswer',
      Object.fromEntries(codes.map(({ code }): [ErrorCode, unknown] => [code, errorExample(code)])),
    ),
  };
}

/** @param routePrefix of host.json */
export function openApiDefinition(routePrefix: string): object {
  return {
    openapi: '3.0.3',
    info: about,
    tags,
    servers: [{ url: `/${routePrefix}` }],
    security: [{ functionKey: [] }, { functionKeyInQuery: [] }],
    paths: {
      '/removeParticipants': {
        post: {
          ...removalOperation,
          parameters: [{ $ref: '#/components/parameters/clientRequestId' }],
          requestBody: { required: true, content: json('RemovalRequest', { one: requestExample }) },
          responses: {
            200: {
              description: 'Everybody named is out of the room.',
              headers: { 'x-ms-client-request-id': header('requestId') },
              content: json('RemovalResult', { removed: resultExample }),
            },
            ...Object.fromEntries(statusesOf(errorCatalogue).map((status) => [status, errorResponse(status)])),
          },
        },
      },
      '/health': {
        get: {
          ...healthOperation,
          security: [],
          responses: {
            200: {
              description: 'A removal could be made now.',
              content: json('HealthReport', { healthy: healthExamples.healthy }),
            },
            503: {
              description: 'It could not; the check that failed says why.',
              content: json('HealthReport', { unhealthy: healthExamples.unhealthy }),
            },
          },
        },
      },
    },
    components: {
      schemas: schemasUnder(SCHEMAS, () => {}),
      parameters: {
        clientRequestId: {
          name: 'x-ms-client-request-id',
          in: 'header',
          description:
            'Correlation id of the caller. Without it, x-ms-client-tracking-id and x-ms-workflow-run-id of Logic Apps ' +
            'serve as well.',
          schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
        },
      },
      headers: {
        requestId: { description: 'The correlation id, as in requestId.', schema: { type: 'string' } },
        retryAfter: {
          description: 'Seconds after which another try makes sense, where known.',
          schema: { type: 'integer', minimum: 0 },
        },
      },
      securitySchemes: {
        functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key', description: 'A function key.' },
        functionKeyInQuery: { type: 'apiKey', in: 'query', name: 'code', description: 'The same, in the address.' },
      },
    },
  };
}
