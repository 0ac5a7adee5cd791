// Keeps secrets and people out of text that others wrote: messages of ACS and of libraries, on their way to a log or an answer.

const REDACTED = '[redacted]';

/** Forms in which a credential shows, whatever its value. */
const CREDENTIALS: [RegExp, string][] = [
  [/\bBearer\s+[^\s"',;]+/gi, `Bearer ${REDACTED}`],
  // A JSON Web Token, or the start of one.
  [/\beyJ[\w-]{5,}(?:\.[\w-]*)*/g, REDACTED],
  [/\b(Signature|accesskey|access_token|client_secret|sig|code)=[^\s"',;&]+/gi, `$1=${REDACTED}`],
  [/\b(X-IDENTITY-HEADER)\b["':\s]+[^\s"',;]+/gi, `$1: ${REDACTED}`],
];

const RAW_ID = /\b8:[a-z-]+:[\w.~-]+/gi;

/** Values that must not show in whatever text: the secret settings. */
const known = new Set<string>();

/** Has these redacted from now on, wherever they stand. */
export function keepSecret(...secrets: string[]): void {
  for (const secret of secrets) known.add(secret);
}

/** `text` without credentials. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const secret of known) clean = clean.replaceAll(secret, REDACTED);
  for (const [form, replacement] of CREDENTIALS) clean = clean.replace(form, replacement);
  return clean;
}

/** `text` as a log may have it: without credentials, and without the ids of people. */
export function forLog(text: string): string {
  return withoutSecrets(text).replace(RAW_ID, '[participant]');
}
