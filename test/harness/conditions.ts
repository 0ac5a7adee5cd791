// Waiting for something to become true, instead of for a time that may or may not do.
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once `condition` holds; rejects after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what = String(condition)): Promise<void> {
  const givesUpAt = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > givesUpAt) throw new Error(`This did not come true: ${what}`);
    await delay(10);
  }
}
