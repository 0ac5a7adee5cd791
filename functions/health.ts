// GET /api/health: whether this instance could remove somebody now, for probes.
import { app } from '@azure/functions';

app.http('health', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async () => {
    const proxy = await import('../shared/proxy');
    return proxy.health();
  },
});
