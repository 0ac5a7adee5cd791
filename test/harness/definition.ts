// Holds answers to the API's definition, as the build wrote it: status, headers and body.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';

interface Header {
  $ref?: string;
  schema?: object;
}

interface ResponseDefinition {
  headers?: Record<string, Header>;
  content: { 'application/json': { schema: object; examples: Record<string, { value: unknown }> } };
}

export interface Operation {
  operationId: string;
  requestBody?: ResponseDefinition;
  responses: Record<string, ResponseDefinition>;
}

/** Any definition, as JSON has it. */
export interface Definition {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; headers: Record<string, { schema: object }> };
}

export function readDefinition(name: 'openapi' | 'swagger'): Definition {
  return JSON.parse(readFileSync(path.resolve(__dirname, '../../out', `${name}.json`), 'utf8'));
}

export const definition = readDefinition('openapi');
// Not strict: an OpenAPI schema has words of its own, such as example.
const ajv = new Ajv({ strict: false, allErrors: true }).addSchema({ ...definition, $id: 'openapi.json' });
const compiled = new Map<object, ValidateFunction>();

/** What is wrong with `value` by `schema`, a part of the definition; empty where nothing is. */
export function faultsBySchema(schema: object, value: unknown): string {
  const [, pointer] = Object.entries(schema).find(([key]) => key === '$ref') ?? [];
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(pointer ? { $ref: `openapi.json${pointer}` } : schema);
    compiled.set(schema, validate);
  }
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}

/** @throws Error where the definition does not allow this answer */
export function holdToDefinition(
  operation: { method: 'get' | 'post'; path: string },
  { status, headers, body }: { status: number; headers: Headers; body: unknown },
): void {
  const { method, path: where } = operation;
  const defined = definition.paths[where]?.[method]?.responses[status];
  if (!defined) throw new Error(`The definition knows no answer ${status} of ${where}.`);
  const { schema, examples } = defined.content['application/json'];
  const faults = [faultsBySchema(schema, body)];
  for (const [name, header] of Object.entries(defined.headers ?? {})) {
    const of = header.schema ?? definition.components.headers[header.$ref?.split('/').pop() ?? '']?.schema ?? {};
    const value = headers.get(name);
    if (value !== null)
      faults.push(
        faultsBySchema(of, /^\d+$/.test(value) && 'type' in of && of.type === 'integer' ? Number(value) : value),
      );
  }
  const code = headers.get('x-ms-error-code');
  if (status !== 200 && code !== null && !(code in examples)) faults.push(`${code} has no example under ${status}`);
  const found = faults.filter(Boolean);
  if (found.length > 0) throw new Error(`${where} answered ${status} against its definition: ${found.join('; ')}`);
}
