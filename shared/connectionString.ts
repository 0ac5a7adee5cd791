// The connection string of an ACS resource, as the portal shows it: `endpoint=https://…/;accesskey=…`.

/**
 * The parts of `text`, names in lower case. Values may hold `=`, as base64 does.
 *
 * Part names are matched without regard to case and order, as the Azure SDKs do.
 */
export function readConnectionString(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at < 1 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()]];
    }),
  );
}
