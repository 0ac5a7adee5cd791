// The usual way: a function over Microsoft's RoomsClient with a managed identity. Measured twice: compiled to CommonJS and then
// bundled (`sdk`), and bundled from the ES modules of the same libraries (`sdkFromModules`).
import { RoomsClient } from '@azure/communication-rooms';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';

const client = new RoomsClient(process.env.ACS_ENDPOINT ?? '', new ManagedIdentityCredential());

app.http('removeParticipants', {
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request) => {
    const { roomId, participants } = (await request.json()) as { roomId: string; participants: string[] };
    await client.removeParticipants(
      roomId,
      participants.map((communicationUserId) => ({ communicationUserId })),
    );
    return { status: 200, jsonBody: { roomId, removed: participants } };
  },
});
