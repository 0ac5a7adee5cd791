// What may stand in ACS_ENDPOINT: the origin of an ACS resource, and nothing that would send a token elsewhere.

/** What keeps `text` from being the endpoint of an ACS resource. */
export function endpointFault(text: string): string | undefined {
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
