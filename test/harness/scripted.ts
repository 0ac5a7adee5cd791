// A transport at the seam to the network that answers from a list: for rules that would take many exchanges to reach.
import type { Transport, WireAnswer, WireRequest } from '../../shared/upstream/transport';

export interface Scripted extends Transport {
  /** What was sent, oldest first. */
  sent: WireRequest[];
  /** Milliseconds that each was given. */
  timeouts: number[];
}

/** @param answers in order; an error is thrown. The last one stays. */
export function scripted(...answers: (Partial<WireAnswer> | Error)[]): Scripted {
  const sent: WireRequest[] = [];
  const timeouts: number[] = [];
  return {
    sent,
    timeouts,
    async send(request, timeoutMs) {
      const answer = answers[Math.min(sent.length, answers.length - 1)] ?? {};
      sent.push(request);
      timeouts.push(timeoutMs);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, body: '{}', ...answer };
    },
  };
}
