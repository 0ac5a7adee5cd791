// The environment -> typed settings, checked once; the only place that reads process.env.
import * as z from 'zod/mini';
import type { CallerPolicy } from './contract/caller';

/** Every api-version this build speaks, and the wire dialect it is written in. Adding a version is a line here. */
export const apiVersions = {
  '2022-02-01': 'participantsRemove',
} as const;

export type ApiVersion = keyof typeof apiVersions;
export type DialectName = (typeof apiVersions)[ApiVersion];

/** App Service and Functions set this where the app has a managed identity. */
const MANAGED_IDENTITY_MARK = 'IDENTITY_ENDPOINT';

/** Past this the front end of Azure Functions has given up on the caller's request. */
const FRONT_END_TIMEOUT_MS = 230_000;

const endpointSchema = z.pipe(
  z.string({ error: 'is missing' }).check(
    z.refine((text) => endpointFault(text) === undefined, {
      error: ({ input }) => endpointFault(String(input)) ?? '',
    }),
  ),
  z.transform((text) => new URL(text).origin),
);

function wholeNumber(fallback: number, least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,9}$/, message)),
      z.pipe(z.transform(Number), z.number().check(z.minimum(least, message), z.maximum(most, message))),
    ),
    // _default takes the value as it comes out.
    fallback,
  );
}

function oneOf<const Names extends [string, ...string[]]>(names: Names, fallback: Names[number]) {
  return z._default(z.enum(names, { error: `must be one of ${names.join(', ')}` }), fallback);
}

/** App Service sets this to `True` where its authentication is on, and then strips forged principals from requests. */
const AUTHENTICATION_MARK = 'WEBSITE_AUTH_ENABLED';

const environmentSchema = z.object({
  ACS_ENDPOINT: endpointSchema,
  ACS_API_VERSION: oneOf(Object.keys(apiVersions) as [ApiVersion], '2022-02-01'),
  ACS_AUTH_MODE: oneOf(['entra'], 'entra'),
  AZURE_CLIENT_ID: z.optional(z.string()),
  [MANAGED_IDENTITY_MARK]: z.optional(z.string()),
  ACS_ATTEMPT_TIMEOUT_MS: wholeNumber(5_000, 1, FRONT_END_TIMEOUT_MS),
  ACS_DEADLINE_MS: wholeNumber(25_000, 1, FRONT_END_TIMEOUT_MS),
  ACS_MAX_RETRIES: wholeNumber(3, 0, 10),
  REQUIRED_APP_ROLE: z.optional(z.string()),
  [AUTHENTICATION_MARK]: z.optional(z.string()),
});

/** Microsoft Entra: the app's managed identity in Azure, whoever is signed in on a developer's machine. */
export interface EntraSettings {
  mode: 'entra';
  source: 'managedIdentity' | 'developerSignIn';
  /** Client id of a user-assigned managed identity; without it the system-assigned one is used. */
  clientId: string | undefined;
}

export interface Settings {
  /** Origin of the ACS resource, without a trailing slash. */
  endpoint: string;
  apiVersion: ApiVersion;
  credential: EntraSettings;
  /** Milliseconds one attempt of a call to ACS may take. */
  attemptTimeoutMs: number;
  /** Milliseconds one removal may take in all. */
  deadlineMs: number;
  /** Attempts after the first one. */
  maxRetries: number;
  callers: CallerPolicy;
}

/** One setting that is missing or wrong. `message` continues the name and never holds the value. */
export interface SettingFault {
  name: string;
  message: string;
}

export type SettingsOutcome = { settings: Settings } | { faults: SettingFault[] };

/** The settings in `environment`, or all that is wrong with them. An empty value counts as absent. */
export function readSettings(environment: Record<string, string | undefined> = process.env): SettingsOutcome {
  const given = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const parsed = z.safeParse(environmentSchema, given);
  const principalVouched = given[AUTHENTICATION_MARK]?.toLowerCase() === 'true';
  const faults = (parsed.error?.issues ?? []).map(({ path, message }) => ({ name: String(path[0]), message }));
  if (given.REQUIRED_APP_ROLE !== undefined && !principalVouched) {
    faults.push({ name: 'REQUIRED_APP_ROLE', message: 'needs App Service authentication, which is off' });
  }
  if (!parsed.success || faults.length > 0) return { faults };
  const { data } = parsed;
  return {
    settings: {
      endpoint: data.ACS_ENDPOINT,
      apiVersion: data.ACS_API_VERSION,
      credential: {
        mode: data.ACS_AUTH_MODE,
        source: data[MANAGED_IDENTITY_MARK] ? 'managedIdentity' : 'developerSignIn',
        clientId: data.AZURE_CLIENT_ID,
      },
      attemptTimeoutMs: data.ACS_ATTEMPT_TIMEOUT_MS,
      deadlineMs: data.ACS_DEADLINE_MS,
      maxRetries: data.ACS_MAX_RETRIES,
      callers: { principalVouched, requiredAppRole: data.REQUIRED_APP_ROLE },
    },
  };
}

/** What keeps `text` from being the endpoint of an ACS resource. */
function endpointFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as https://<resource>.communication.azure.com';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL';
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'may be plain http on a loopback address only';
  if (url.username || url.password) return 'must not hold a user name or password';
  if (!/^\/*$/.test(url.pathname) || url.search || url.hash) return 'must have no path, query or fragment';
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
