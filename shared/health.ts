// The use case of a health probe: settings, credential and circuit looked at, without a call to ACS.

import { type Answer, jsonAnswer } from './contract/answer';
import { asProxyError } from './contract/errors';
import type { HealthCheck, HealthReport } from './contract/healthReport';
import { writeWarning } from './log';
import type { Service } from './removeParticipants';
import { Deadline } from './upstream/deadline';

/** Milliseconds a probe may take: App Service and load balancers give up soon. */
const TIMEOUT_MS = 3_000;
/** Milliseconds for which a credential that could not be had is not asked for again, however often probes come. */
const FAILURE_KEPT_MS = 5_000;

const OK: HealthCheck = { status: 'ok' };
const UNKNOWN: HealthCheck = { status: 'unknown' };

export class Health {
  #credentialFailure: { check: HealthCheck; until: number } | undefined;

  /**
   * What a probe is answered; never rejects.
   *
   * @param service rejects with ProxyError `NotConfigured` where the settings do not allow one
   */
  async answer(service: () => Promise<Service>): Promise<Answer> {
    let checks: HealthReport['checks'];
    try {
      const built = await service();
      checks = { settings: OK, credential: await this.#credential(built), circuit: circuitCheck(built) };
    } catch (thrown) {
      checks = { settings: failed(thrown), credential: UNKNOWN, circuit: UNKNOWN };
    }
    const healthy = Object.values(checks).every(({ status }) => status === 'ok');
    const report: HealthReport = { status: healthy ? 'healthy' : 'unhealthy', checks };
    return jsonAnswer(healthy ? 200 : 503, report);
  }

  /** Costs nothing while a token is at hand, which is nearly always. */
  async #credential({ authorizer }: Service): Promise<HealthCheck> {
    const known = this.#credentialFailure;
    if (known && performance.now() < known.until) return known.check;
    try {
      await new Deadline(TIMEOUT_MS).race(authorizer.ready());
      this.#credentialFailure = undefined;
      return OK;
    } catch (thrown) {
      if (!known) writeWarning('credentialUnavailable', thrown);
      const check = failed(thrown);
      this.#credentialFailure = { check, until: performance.now() + FAILURE_KEPT_MS };
      return check;
    }
  }
}

/**
 * Only an open circuit is a failure. One whose pause is over waits for a removal to try ACS: an instance that got no
 * traffic until then, for being unhealthy, would never find out.
 */
function circuitCheck({ circuit }: Service): HealthCheck {
  return circuit.state === 'open' ? { status: 'failed', message: 'ACS has been failing.' } : OK;
}

function failed(thrown: unknown): HealthCheck {
  const error = asProxyError(thrown);
  // The deadline's own words are about a removal.
  const message = error.code === 'UpstreamTimeout' ? `There was no token within ${TIMEOUT_MS} ms.` : error.message;
  return { status: 'failed', message };
}
