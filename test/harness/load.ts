// Many calls: so many at a time, or so many a second.
import { setTimeout as delay } from 'node:timers/promises';

/** Calls `work` for 0 to `count` - 1, `atATime` of them under way; the results in order. */
export async function inParallel<Result>(
  count: number,
  atATime: number,
  work: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, count) }, worker));
  return results;
}

/** Starts `work` `perSecond` times a second for `seconds`, whatever becomes of those before; all results. */
export async function atRate<Result>(
  perSecond: number,
  seconds: number,
  work: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const startedAt = performance.now();
  const results: Promise<Result>[] = [];
  const count = Math.round(perSecond * seconds);
  while (results.length < count) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond;
    while (results.length < Math.min(due, count)) results.push(work(results.length));
    await delay(5);
  }
  return Promise.all(results);
}
