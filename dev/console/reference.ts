// The API reference: the function's own definition, rendered by Swagger UI, which can try it out as well.
import { proxyState } from './api';

declare function SwaggerUIBundle(options: object): void;

const { url } = await proxyState();
SwaggerUIBundle({
  url: `${url}/api/openapi.json`,
  dom_id: '#reference',
  defaultModelsExpandDepth: 0,
  docExpansion: 'full',
});
