// GET /api/openapi.json and /api/swagger.json: the definition of this API, for people, tools and Logic Apps.
import { app } from '@azure/functions';

app.http('openapi', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'openapi.json',
  handler: async ({ url }) => {
    const { openApi } = await import('../shared/apiDefinitions');
    return openApi(url);
  },
});

app.http('swagger', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'swagger.json',
  handler: async ({ url }) => {
    const { swagger } = await import('../shared/apiDefinitions');
    return swagger(url);
  },
});
