// The API definitions as callers get them: written at build time from the schemas, with the address they were asked for.
import { type Answer, jsonAnswer } from './contract/answer';

/** The definition in OpenAPI 3.0. @param url of the request */
export function openApi(url: string): Answer {
  const { servers, ...rest } = JSON.parse(OPENAPI_DEFINITION);
  const [{ url: prefix }] = servers;
  return jsonAnswer(200, { ...rest, servers: [{ url: new URL(prefix, url).href }] });
}

/** The definition in OpenAPI 2.0, in which Logic Apps and custom connectors import it. @param url of the request */
export function swagger(url: string): Answer {
  const { protocol, host } = new URL(url);
  const { swagger: version, info, ...rest } = JSON.parse(SWAGGER_DEFINITION);
  return jsonAnswer(200, { swagger: version, info, host, ...rest, schemes: [protocol.replace(':', '')] });
}
