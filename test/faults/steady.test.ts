// A steady load with the process watched: memory, sockets and timers do not grow.
import { startEmulator } from '../../dev/emulator/emulator';
import { PRESENTER, remove } from '../harness/caller';
import { atRate, inParallel } from '../harness/load';
import { PROBE, settingsFor, startProxy, statsOf } from '../harness/proxy';
import { figure, sized } from './figures';

const SECONDS = sized(8, 600);
const PER_SECOND = 100;
const ROUNDS = 4;

const MiB = 1024 * 1024;

test(
  'memory, sockets and timers do not grow',
  async () => {
    const emulator = await startEmulator();
    const proxy = await startProxy({ ...settingsFor(emulator), ACS_API_VERSION: '2025-03-13' }, PROBE);
    try {
      await inParallel(500, 16, () => remove(proxy, [PRESENTER]));
      const before = await statsOf(proxy);
      const heaps = [before.heap];
      let sent = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const statuses = await atRate(
          PER_SECOND,
          SECONDS / ROUNDS,
          async () => (await remove(proxy, [PRESENTER])).status,
        );
        sent += statuses.length;
        expect(statuses.every((status) => status === 200)).toBe(true);
        // Journals of the emulator are not what is watched here.
        emulator.journal.clear();
        heaps.push((await statsOf(proxy)).heap);
      }
      const after = await statsOf(proxy);
      const sockets = after.resources.TCPSocketWrap ?? 0;
      const timers = after.resources.Timeout ?? 0;
      figure(
        `Steady load, ${PER_SECOND} a second for ${SECONDS} s: ${sent} removals`,
        `heap ${heaps.map((bytes) => (bytes / MiB).toFixed(1)).join(' -> ')} MiB, resident ${(before.rss / MiB).toFixed(0)} -> ${(after.rss / MiB).toFixed(0)} MiB, sockets ${before.resources.TCPSocketWrap ?? 0} -> ${sockets}, timers ${before.resources.Timeout ?? 0} -> ${timers}`,
      );
      // Less than the least thing that could be kept of each removal.
      expect(after.heap - before.heap).toBeLessThan(Math.max(2 * MiB, sent * 100));
      expect(sockets).toBeLessThanOrEqual(Math.max(64, before.resources.TCPSocketWrap ?? 0));
      expect(timers).toBeLessThanOrEqual((before.resources.Timeout ?? 0) + 4);
    } finally {
      await proxy.stop();
      await emulator.close();
    }
  },
  (SECONDS + 60) * 1000,
);
