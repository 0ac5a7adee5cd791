// What is measured, and how: whole processes, warmed up where users are, the peers taking turns in each round.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Bench, PEERS, type Peer } from './processes';
import { type Sample, sample } from './statistics';

/** How much of each: the long form takes some minutes, the short form shows that nothing is broken. */
export interface Extent {
  coldRounds: number;
  warmRounds: number;
  warmUp: number;
  removals: number;
  lengths: number[];
  lengthRounds: number;
  /** Removals for each of the lengths, after as many to warm up. */
  removalsByLength: number;
  /** Removals in one process, after which memory must not have grown. */
  longRun: number;
}

export type PerPeer = Partial<Record<Peer, Sample>>;

export interface Measured {
  loadMs: PerPeer;
  rssMiB: PerPeer;
  firstMs: PerPeer;
  /** Until the last of 8 removals that waited for the cold start is answered. */
  eightMs: PerPeer;
  /** Microseconds of CPU per removal, 32 at a time. */
  cpuUs: PerPeer;
  p99Ms: PerPeer;
  /** The same by the length of the list. */
  cpuUsByLength: { people: number; cpuUs: PerPeer }[];
  /** Heap after a garbage collection, as the removals of one process add up. */
  longRun: { removals: number; heapMiB: number }[];
  packageBytes: number;
}

const AT_A_TIME = 32;
/** The SDK in one of its two forms, which differ in how they load. */
const WORKING: Peer[] = ['floor', 'sdk', 'proxy'];
const MIB = 2 ** 20;

export async function measure(
  bench: Bench,
  extent: Extent,
  project: string,
  tell: (line: string) => void,
): Promise<Measured> {
  const loadMs = new Rounds();
  const rssMiB = new Rounds();
  const firstMs = new Rounds();
  const eightMs = new Rounds();
  // The first round fills the file cache, and is not counted.
  for (let round = 0; round <= extent.coldRounds; round += 1) {
    if (round % 5 === 0) tell(`cold starts, round ${round} of ${extent.coldRounds}`);
    for (const peer of PEERS) {
      const { loaded, stop } = await bench.load(peer);
      await stop();
      const first = await bench.first(peer, { count: 1, atATime: 1, people: 1 });
      const eight = await bench.first(peer, { count: 8, atATime: 8, people: 1 });
      if (round === 0) continue;
      loadMs.add(peer, loaded.loadMs);
      rssMiB.add(peer, loaded.rssBytes / MIB);
      firstMs.add(peer, first.sinceStartMs);
      eightMs.add(peer, eight.sinceStartMs);
    }
  }

  const cpuUs = new Rounds();
  const p99Ms = new Rounds();
  for (let round = 1; round <= extent.warmRounds; round += 1) {
    tell(`warm, round ${round} of ${extent.warmRounds}`);
    for (const peer of rotated(WORKING, round)) {
      const { order, stop } = await bench.load(peer);
      await order({ count: extent.warmUp, atATime: AT_A_TIME, people: 1 });
      const done = await order({ count: extent.removals, atATime: AT_A_TIME, people: 1 });
      await stop();
      cpuUs.add(peer, (done.cpuMs * 1000) / extent.removals);
      p99Ms.add(peer, done.p99Ms);
    }
  }

  const cpuUsByLength = [];
  for (const people of extent.lengths) {
    tell(`lists of ${people}`);
    const rounds = new Rounds();
    for (let round = 1; round <= extent.lengthRounds; round += 1) {
      for (const peer of rotated(WORKING, round)) {
        const { order, stop } = await bench.load(peer);
        await order({ count: extent.removalsByLength, atATime: AT_A_TIME, people });
        const done = await order({ count: extent.removalsByLength, atATime: AT_A_TIME, people });
        await stop();
        rounds.add(peer, (done.cpuMs * 1000) / extent.removalsByLength);
      }
    }
    cpuUsByLength.push({ people, cpuUs: rounds.samples() });
  }

  tell(`${extent.longRun} removals in one process`);
  const longRun = [];
  const { order, stop } = await bench.load('proxy', ['--expose-gc']);
  for (let part = 0; part <= 5; part += 1) {
    const { heapBytes } = await order({ count: extent.longRun / 5, atATime: AT_A_TIME, people: 1 });
    // The first part warms up.
    if (part > 0) longRun.push({ removals: (part * extent.longRun) / 5, heapMiB: heapBytes / MIB });
  }
  await stop();

  return {
    loadMs: loadMs.samples(),
    rssMiB: rssMiB.samples(),
    firstMs: firstMs.samples(),
    eightMs: eightMs.samples(),
    cpuUs: cpuUs.samples(),
    p99Ms: p99Ms.samples(),
    cpuUsByLength,
    longRun,
    packageBytes: await packageSize(project),
  };
}

/** Values of each peer, a round at a time. */
class Rounds {
  readonly #values = new Map<Peer, number[]>();

  add(peer: Peer, value: number): void {
    this.#values.set(peer, [...(this.#values.get(peer) ?? []), value]);
  }

  samples(): PerPeer {
    return Object.fromEntries([...this.#values].map(([peer, values]) => [peer, sample(values)]));
  }
}

/** Another one goes first in each round. */
function rotated<Entry>(list: Entry[], by: number): Entry[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** Bytes that are published: see .funcignore. */
async function packageSize(project: string): Promise<number> {
  const bundle = (await readdir(path.join(project, 'dist'))).map((name) => path.join('dist', name));
  const sizes = await Promise.all(
    ['host.json', 'package.json', ...bundle].map(async (name) => (await stat(path.join(project, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
