// POST /api/removeParticipants: takes people out of a room.
import { app } from '@azure/functions';
import { isRoleRequired } from '../shared/settings';
import { loadProxy } from './proxy';
import { BufferedResponse } from './response';

app.http('removeParticipants', {
  methods: ['POST'],
  // Where an app role is required, the proxy itself refuses whoever does not hold it. A key on top would shut out the Azure
  // Functions action of Logic Apps, which sends none when it authenticates as a managed identity.
  authLevel: isRoleRequired() ? 'anonymous' : 'function',
  handler: async (request, context) => {
    const proxy = await loadProxy();
    return new BufferedResponse(await proxy.removeParticipants(request, context));
  },
});
