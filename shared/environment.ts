// The environment's shape: which variables the proxy knows, what each may hold, and its default.
import * as z from 'zod/mini';
import { type ApiVersion, apiVersions } from './apiVersions';
import { readConnectionString } from './connectionString';
import { endpointFault } from './endpoint';

/** Past this the front end of Azure Functions has given up on the caller's request. */
const FRONT_END_TIMEOUT_MS = 230_000;

const endpointSchema = z.pipe(
  z
    .string()
    .check(
      z.refine((text) => endpointFault(text) === undefined, { error: ({ input }) => endpointFault(String(input)) }),
    ),
  z.transform((text) => new URL(text).origin),
);

const accessKeySchema = z
  .string()
  .check(z.regex(/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64'));

export const environmentSchema = z.object({
  ACS_ENDPOINT: z.optional(endpointSchema),
  ACS_API_VERSION: oneOf(Object.keys(apiVersions) as ApiVersion[], '2022-02-01'),
  ACS_AUTH_MODE: oneOf(['entra', 'user-token', 'access-key'], 'entra'),
  ACS_USER_ID: z.optional(
    z
      .string()
      .check(z.regex(/^8:[a-z-]+:[A-Za-z0-9._~-]{1,245}$/, 'must be the raw ID of an ACS user, such as 8:acs:…')),
  ),
  ACS_ACCESS_KEY: z.optional(accessKeySchema),
  ACS_CONNECTION_STRING: z.optional(
    z.pipe(
      z.pipe(z.string(), z.transform(readConnectionString)),
      z.object(
        { endpoint: endpointSchema, accesskey: accessKeySchema },
        { error: 'must be endpoint=<url>;accesskey=<base64>' },
      ),
    ),
  ),
  AZURE_CLIENT_ID: z.optional(z.string()),
  ACS_ATTEMPT_TIMEOUT_MS: wholeNumber(5_000, 1, FRONT_END_TIMEOUT_MS),
  ACS_DEADLINE_MS: wholeNumber(25_000, 1, FRONT_END_TIMEOUT_MS),
  ACS_MAX_RETRIES: wholeNumber(3, 0, 10),
  REQUIRED_APP_ROLE: z.optional(z.string()),
  /** The standard names of OpenTelemetry, whose exporters read the rest themselves. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.optional(z.string().check(z.regex(/^https?:\/\/[^\s/]+/i, 'must be a URL'))),
  OTEL_EXPORTER_OTLP_HEADERS: z.optional(z.string()),
  OTEL_METRIC_EXPORT_INTERVAL: wholeNumber(60_000, 100, 3_600_000),
  OTEL_SDK_DISABLED: z.optional(z.string()),
  /** App Service and Functions set this where the app has a managed identity. */
  IDENTITY_ENDPOINT: z.optional(z.string()),
  /** What authorises the app there. */
  IDENTITY_HEADER: z.optional(z.string()),
  /** App Service sets this to `True` where its authentication is on, and then strips forged principals from requests. */
  WEBSITE_AUTH_ENABLED: z.optional(z.string()),
});

export type Environment = z.output<typeof environmentSchema>;

function wholeNumber(fallback: number, least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,9}$/, message)),
      z.pipe(z.transform(Number), z.number().check(z.minimum(least, message), z.maximum(most, message))),
    ),
    fallback,
  );
}

function oneOf<Name extends string>(names: Name[], fallback: Name) {
  return z._default(z.enum(names, { error: `must be one of ${names.join(', ')}` }), fallback);
}
