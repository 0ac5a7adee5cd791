// The floor: a bare node:https function with a fixed token. No validation, no retry, no errors: nobody would deploy it.
import https from 'node:https';
import { app } from '@azure/functions';

const { ACS_ENDPOINT = '', FIXED_TOKEN = '' } = process.env;
const agent = new https.Agent({ keepAlive: true });

function post(roomId: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      `${ACS_ENDPOINT}/rooms/${roomId}/participants:remove?api-version=2022-02-01`,
      {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${FIXED_TOKEN}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

app.http('removeParticipants', {
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request) => {
    const { roomId, participants } = (await request.json()) as { roomId: string; participants: string[] };
    const wire = participants.map((rawId) => ({
      communicationIdentifier: { rawId, communicationUser: { id: rawId } },
    }));
    const answer = JSON.parse(await post(roomId, JSON.stringify({ participants: wire })));
    return { status: 200, jsonBody: { roomId, removed: participants, participants: answer.participants } };
  },
});
