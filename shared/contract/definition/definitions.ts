// Entry point for build.mjs, which writes both definitions into the bundle; nothing of this runs in Azure.
import { openApiDefinition } from './openApi';
import { swaggerDefinition } from './swagger';

/** @param routePrefix of host.json, without slashes around it */
export function definitions(routePrefix: string): { openApi: object; swagger: object } {
  return { openApi: openApiDefinition(routePrefix), swagger: swaggerDefinition(routePrefix) };
}
