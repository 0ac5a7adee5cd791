// The proxy as the functions call it: built from the environment on first use, once a process.
import type { Answer, CallerRequest } from './contract/http';
import { type Invocation, removeParticipants as remove, type Service } from './removeParticipants';
import { createService } from './service';
import { readSettings } from './settings';

let built: (() => Service) | undefined;

/** Answers a removal request; see the use case for what it does. Never rejects. */
export function removeParticipants(request: CallerRequest, invocation: Invocation): Promise<Answer> {
  built ??= createService(readSettings());
  return remove(request, invocation, built);
}
