// The parts of the proxy put together, as the settings have it.
import { AdmissionControl } from './admission';
import { ProxyError } from './contract/errors';
import { createAuthorizer } from './credentials/credentials';
import { keepSecret } from './redact';
import type { Service } from './removeParticipants';
import { createRooms } from './rooms/rooms';
import type { SettingFault, SettingsOutcome } from './settings';
import { Resilience } from './upstream/resilience';
import { createTransport } from './upstream/transport';

/**
 * Builds the service.
 *
 * @throws ProxyError `NotConfigured` where the settings do not allow one
 */
export async function createService(outcome: SettingsOutcome): Promise<Service> {
  if ('faults' in outcome) throw notConfigured(outcome.faults);
  const { settings } = outcome;
  keepSecret(...settings.secrets);
  const transport = createTransport(settings.endpoint);
  const authorizer = createAuthorizer(settings, transport);
  const resilience = new Resilience(settings);
  const { circuit } = resilience;
  const rooms = createRooms({ settings, transport, authorizer, resilience });
  const { deadlineMs, callers } = settings;
  const admission = new AdmissionControl();
  const service: Service = { rooms, deadlineMs, callers, admission, transport, authorizer, circuit };
  if (settings.telemetry) {
    const { createTelemetry } = await import('./telemetry/openTelemetry');
    service.telemetry = createTelemetry(settings.telemetry, settings.endpoint, () => circuit.state);
  }
  return service;
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
