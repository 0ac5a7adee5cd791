// The proxy as the functions call it: built from the environment on first use, once a process.
import { AdmissionControl } from './admission';
import { ProxyError } from './contract/errors';
import type { Answer, CallerRequest } from './contract/http';
import { createAuthorizer } from './credentials/credentials';
import { keepSecret } from './redact';
import { type Invocation, removeParticipants as remove, type Service } from './removeParticipants';
import { createRooms } from './rooms/rooms';
import { readSettings, type SettingFault } from './settings';
import { Resilience } from './upstream/resilience';
import { createTransport } from './upstream/transport';

/** Answers a removal request; see the use case for what it does. Never rejects. */
export function removeParticipants(request: CallerRequest, invocation: Invocation): Promise<Answer> {
  return remove(request, invocation, service);
}

let built: (() => Service) | undefined;

/** @throws ProxyError `NotConfigured` */
function service(): Service {
  built ??= build();
  return built();
}

function build(): () => Service {
  const outcome = readSettings();
  if ('faults' in outcome) {
    return () => {
      throw notConfigured(outcome.faults);
    };
  }
  const { settings } = outcome;
  keepSecret(...settings.secrets);
  const transport = createTransport(settings.endpoint);
  const authorizer = createAuthorizer(settings, transport);
  const rooms = createRooms({ settings, transport, authorizer, resilience: new Resilience(settings) });
  const { deadlineMs, callers } = settings;
  const ready: Service = { rooms, deadlineMs, callers, admission: new AdmissionControl() };
  return () => ready;
}

function notConfigured(faults: SettingFault[]): ProxyError {
  const list = faults.map(({ name, message }) => `${name} ${message}`).join('; ');
  return new ProxyError('NotConfigured', `The proxy is not configured: ${list}.`, {
    details: faults.map(({ name, message }) => ({
      code: 'InvalidSetting',
      message: `${name} ${message}.`,
      target: name,
    })),
  });
}
