// The environment -> typed settings, checked once; the only place that reads process.env.
import * as z from 'zod/mini';
import { readConnectionString } from './connectionString';
import type { CallerPolicy } from './contract/caller';
import { endpointFault } from './endpoint';

/** Every api-version this build speaks, and the wire dialect it is written in. Adding a version is a line here. */
export const apiVersions = {
  '2022-02-01': 'participantsRemove',
  '2023-06-14': 'mergePatch',
  '2024-04-15': 'mergePatch',
  '2025-03-13': 'mergePatch',
} as const;

export type ApiVersion = keyof typeof apiVersions;
export type DialectName = (typeof apiVersions)[ApiVersion];

/** Microsoft Entra: the app's managed identity in Azure, whoever is signed in on a developer's machine. */
export interface EntraSettings {
  mode: 'entra';
  source: 'managedIdentity' | 'developerSignIn';
  /** Client id of a user-assigned managed identity; without it the system-assigned one is used. */
  clientId: string | undefined;
}

/** HMAC with a key of the resource. */
export interface AccessKeySettings {
  mode: 'access-key';
  /** base64. */
  key: string;
}

/** An access token of an ACS user. */
export interface UserTokenSettings {
  mode: 'user-token';
  /** Raw ID of the user. */
  userId: string;
  /** How the request for the token is authorised itself. */
  issuer: EntraSettings | AccessKeySettings;
}

export interface TelemetrySettings {
  /** Milliseconds from one export of the metrics to the next. */
  metricIntervalMs: number;
}

export interface Settings {
  /** Origin of the ACS resource, without a trailing slash. */
  endpoint: string;
  apiVersion: ApiVersion;
  credential: EntraSettings | AccessKeySettings | UserTokenSettings;
  /** Milliseconds one attempt of a call to ACS may take. */
  attemptTimeoutMs: number;
  /** Milliseconds one removal may take in all. */
  deadlineMs: number;
  /** Attempts after the first one. */
  maxRetries: number;
  callers: CallerPolicy;
  /** Undefined where no endpoint for OpenTelemetry is given: it is off then, and not even loaded. */
  telemetry: TelemetrySettings | undefined;
  /** The values among them that must never show in a log or an answer. */
  secrets: string[];
}

/** One setting that is missing or wrong. `message` continues the name and never holds the value. */
export interface SettingFault {
  name: string;
  message: string;
}

export type SettingsOutcome = { settings: Settings } | { faults: SettingFault[] };

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

const environmentSchema = z.object({
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

type Environment = z.output<typeof environmentSchema>;

/** The settings in `environment`, or all that is wrong with them. An empty value counts as absent. */
export function readSettings(environment: Record<string, string | undefined> = process.env): SettingsOutcome {
  const given: Record<string, string> = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const parsed = z.safeParse(environmentSchema, given);
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({ name: String(path[0]), message })),
    ...missing(given),
    ...(parsed.success ? disagreements(parsed.data) : []),
  ];
  return parsed.success && faults.length === 0 ? { settings: toSettings(parsed.data) } : { faults };
}

/** What the settings need of each other, whatever their values. */
function missing(given: Record<string, string>): SettingFault[] {
  const faults: SettingFault[] = [];
  const mode = given.ACS_AUTH_MODE;
  if (!given.ACS_ENDPOINT && !given.ACS_CONNECTION_STRING) faults.push({ name: 'ACS_ENDPOINT', message: 'is missing' });
  if (mode === 'access-key' && !given.ACS_ACCESS_KEY && !given.ACS_CONNECTION_STRING) {
    const message = 'is missing, and ACS_CONNECTION_STRING as well: ACS_AUTH_MODE access-key needs one of them';
    faults.push({ name: 'ACS_ACCESS_KEY', message });
  }
  if (mode === 'user-token' && !given.ACS_USER_ID) {
    faults.push({ name: 'ACS_USER_ID', message: 'is missing: ACS_AUTH_MODE user-token needs it' });
  }
  if (given.REQUIRED_APP_ROLE && !vouched(given)) {
    faults.push({ name: 'REQUIRED_APP_ROLE', message: 'needs App Service authentication, which is off' });
  }
  return faults;
}

/** The same thing said twice, and not alike. */
function disagreements({ ACS_ENDPOINT, ACS_ACCESS_KEY, ACS_CONNECTION_STRING }: Environment): SettingFault[] {
  if (!ACS_CONNECTION_STRING) return [];
  const { endpoint, accesskey } = ACS_CONNECTION_STRING;
  return [
    { name: 'ACS_ENDPOINT', differs: ACS_ENDPOINT !== undefined && ACS_ENDPOINT !== endpoint },
    { name: 'ACS_ACCESS_KEY', differs: ACS_ACCESS_KEY !== undefined && ACS_ACCESS_KEY !== accesskey },
  ].flatMap(({ name, differs }) =>
    differs ? [{ name, message: 'is not the one in ACS_CONNECTION_STRING: set one of the two' }] : [],
  );
}

function toSettings(environment: Environment): Settings {
  return {
    endpoint: environment.ACS_ENDPOINT ?? environment.ACS_CONNECTION_STRING?.endpoint ?? '',
    apiVersion: environment.ACS_API_VERSION,
    credential: credentialOf(environment),
    attemptTimeoutMs: environment.ACS_ATTEMPT_TIMEOUT_MS,
    deadlineMs: environment.ACS_DEADLINE_MS,
    maxRetries: environment.ACS_MAX_RETRIES,
    telemetry: telemetryOf(environment),
    callers: { principalVouched: vouched(environment), requiredAppRole: environment.REQUIRED_APP_ROLE },
    secrets: [
      environment.ACS_ACCESS_KEY,
      environment.ACS_CONNECTION_STRING?.accesskey,
      environment.IDENTITY_HEADER,
      ...valuesOf(environment.OTEL_EXPORTER_OTLP_HEADERS),
    ].filter((secret) => secret !== undefined),
  };
}

function credentialOf(environment: Environment): Settings['credential'] {
  const key = environment.ACS_ACCESS_KEY ?? environment.ACS_CONNECTION_STRING?.accesskey;
  const accessKey = key === undefined ? undefined : ({ mode: 'access-key', key } as const);
  const entra: EntraSettings = {
    mode: 'entra',
    source: environment.IDENTITY_ENDPOINT ? 'managedIdentity' : 'developerSignIn',
    clientId: environment.AZURE_CLIENT_ID,
  };
  switch (environment.ACS_AUTH_MODE) {
    case 'access-key':
      return accessKey ?? entra;
    case 'user-token':
      return { mode: 'user-token', userId: environment.ACS_USER_ID ?? '', issuer: accessKey ?? entra };
    default:
      return entra;
  }
}

function telemetryOf(environment: Environment): TelemetrySettings | undefined {
  if (!environment.OTEL_EXPORTER_OTLP_ENDPOINT || environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true')
    return undefined;
  return { metricIntervalMs: environment.OTEL_METRIC_EXPORT_INTERVAL };
}

/** The values in `name=value,name=value`, the form of OTEL_EXPORTER_OTLP_HEADERS; a short one is no key, but a version. */
function valuesOf(list = ''): string[] {
  return list
    .split(',')
    .map((pair) => pair.slice(pair.indexOf('=') + 1).trim())
    .filter(({ length }) => length >= 8);
}

function vouched({ WEBSITE_AUTH_ENABLED }: { WEBSITE_AUTH_ENABLED?: string | undefined }): boolean {
  return WEBSITE_AUTH_ENABLED?.toLowerCase() === 'true';
}

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
