// GET /api/health: whether this instance could remove somebody now, for probes.
import { app } from '@azure/functions';
import { loadProxy } from './proxy';

app.http('health', {
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: async () => {
    const proxy = await loadProxy();
    return proxy.health();
  },
});
