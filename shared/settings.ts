// The environment -> typed settings, checked once; the only place that reads process.env.
import * as z from 'zod/mini';
import type { ApiVersion } from './apiVersions';
import type { CallerPolicy } from './contract/caller';
import { type Environment, environmentSchema } from './environment';

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

/**
 * Whether callers are known by their app role instead of by a function key. Without a look at the rest, since the function
 * must say so while the app loads.
 */
export function isRoleRequired({ REQUIRED_APP_ROLE }: Record<string, string | undefined> = process.env): boolean {
  return Boolean(REQUIRED_APP_ROLE?.trim());
}

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
  const entra: EntraSettings = {
    mode: 'entra',
    source: environment.IDENTITY_ENDPOINT ? 'managedIdentity' : 'developerSignIn',
    clientId: environment.AZURE_CLIENT_ID,
  };
  const keyed = key === undefined ? entra : ({ mode: 'access-key', key } as const);
  switch (environment.ACS_AUTH_MODE) {
    case 'access-key':
      return keyed;
    case 'user-token':
      return { mode: 'user-token', userId: environment.ACS_USER_ID ?? '', issuer: keyed };
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
