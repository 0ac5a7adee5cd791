// The peer that does nothing: what the programming model costs by itself.
import { app } from '@azure/functions';

app.http('removeParticipants', {
  methods: ['POST'],
  authLevel: 'function',
  handler: () => ({ status: 200, body: '{}' }),
});
