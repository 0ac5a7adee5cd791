// POST /api/removeParticipants: takes people out of a room.
import { app } from '@azure/functions';

app.http('removeParticipants', {
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request, context) => {
    const proxy = await import('../shared/proxy');
    return proxy.removeParticipants(request, context);
  },
});
