// How many removals an instance works on at once: past that it says so instead of running out of memory.
import { ProxyError } from './contract/errors';

/** As many as host.json lets through, and as there are connections to ACS. */
export const MAX_REMOVALS = 200;
const RETRY_AFTER_MS = 1_000;

export class AdmissionControl {
  #running = 0;

  /**
   * Takes a place.
   *
   * @returns gives the place back
   * @throws ProxyError `UpstreamUnavailable` where all are taken
   */
  enter(): () => void {
    if (this.#running >= MAX_REMOVALS) {
      throw new ProxyError(
        'UpstreamUnavailable',
        `This instance is busy with ${MAX_REMOVALS} removals; try again soon.`,
        {
          retryAfterMs: RETRY_AFTER_MS,
        },
      );
    }
    this.#running += 1;
    return () => {
      this.#running -= 1;
    };
  }
}
