// The proxy as the functions call it: built from the environment on first use, once a process.
import type { Answer } from './contract/answer';
import type { CallerRequest } from './contract/http';
import { Health } from './health';
import { writeWarning } from './log';
import { type Invocation, removeParticipants as remove, type Service } from './removeParticipants';
import { createService } from './service';
import { readSettings } from './settings';

let built: Promise<Service> | undefined;
const probes = new Health();

function service(): Promise<Service> {
  built ??= createService(readSettings());
  return built;
}

/** Answers a removal request; see the use case for what it does. Never rejects. */
export function removeParticipants(request: CallerRequest, invocation: Invocation): Promise<Answer> {
  return remove(request, invocation, service);
}

/** Answers a health probe. Never rejects. */
export function health(): Promise<Answer> {
  return probes.answer(service);
}

/**
 * Gets token and connection before the first removal asks for them. Never rejects: what cannot be had now, the first removal
 * asks for again, and answers for.
 */
export async function warmUp(): Promise<void> {
  try {
    const { transport, authorizer } = await service();
    transport.connect();
    await authorizer.ready();
  } catch (error) {
    writeWarning('notReady', error);
  }
}

/** Sends the last telemetry, where there is any. Never rejects. */
export async function shutDown(): Promise<void> {
  const running = await built?.catch(() => undefined);
  await running?.telemetry?.shutDown();
}
