// The console's files, as the build has put them together: read once, served from memory, and nothing but them.
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** Styles inline are Swagger UI's; the function is on another port. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; " +
  "connect-src 'self' http://127.0.0.1:* http://localhost:*; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Answers a request for a page, or says that there is none at this path. */
export type Pages = (method: string, path: string, response: ServerResponse) => boolean;

/** @param folder of the built console */
export function readPages(folder: string): Pages {
  const files = new Map(
    readdirSync(folder).flatMap((name) => {
      const type = TYPES[path.extname(name)];
      return type ? [[`/${name}`, { type, content: readFileSync(path.join(folder, name)) }]] : [];
    }),
  );
  return (method, where, response) => {
    const file = files.get(where === '/' ? '/index.html' : where);
    if (!file || method !== 'GET') return false;
    response.writeHead(200, {
      'content-type': file.type,
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    response.end(file.content);
    return true;
  };
}
