// How many are let in at once.
import { AdmissionControl, MAX_REMOVALS } from '../../shared/admission';

test('200 are let in; the next is told to come again in a second, until one leaves', () => {
  const admission = new AdmissionControl();
  const leaving = Array.from({ length: MAX_REMOVALS }, () => admission.enter());
  expect(MAX_REMOVALS).toBe(200);
  const full = { code: 'UpstreamUnavailable', message: 'This instance is busy with 200 removals; try again soon.' };
  for (let times = 0; times < 2; times += 1) {
    expect(() => admission.enter()).toThrow(expect.objectContaining({ ...full, retryAfterMs: 1000 }));
  }
  leaving.pop()?.();
  leaving.push(admission.enter());
  expect(() => admission.enter()).toThrow(expect.objectContaining(full));
  for (const leave of leaving) leave();
  expect(Array.from({ length: MAX_REMOVALS }, () => admission.enter())).toHaveLength(MAX_REMOVALS);
});
