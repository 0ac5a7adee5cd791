// npm run bench [-- --short]: measures, prints the table, and in the long form writes results.json and the picture.
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Extent, measure } from './measure';
import { plotOf } from './plot';
import { openBench } from './processes';
import { rowsOf, tableOf } from './report';

const LONG: Extent = {
  coldRounds: 25,
  warmRounds: 7,
  warmUp: 2_000,
  removals: 8_000,
  lengths: [1, 50, 100, 200, 300, 350],
  lengthRounds: 5,
  removalsByLength: 1_000,
  longRun: 100_000,
};
const SHORT: Extent = {
  coldRounds: 3,
  warmRounds: 1,
  warmUp: 400,
  removals: 400,
  lengths: [300],
  lengthRounds: 1,
  removalsByLength: 100,
  longRun: 1_000,
};

async function main(): Promise<void> {
  const short = process.argv.includes('--short');
  const project = process.cwd();
  const bench = await openBench();
  try {
    const measured = await measure(bench, short ? SHORT : LONG, project, (line) => console.error(`  ${line} …`));
    const rows = rowsOf(measured);
    console.log(`\n${tableOf(rows)}\n`);
    const { eightMs, longRun } = measured;
    const eight = Object.entries(eightMs).map(([peer, { median }]) => `${peer} ${Math.round(median)} ms`);
    console.log(`8 removals waiting for a cold start, until the last is answered: ${eight.join(', ')}`);
    console.log(
      `Heap: ${longRun.map(({ removals, heapMiB }) => `${heapMiB.toFixed(1)} MiB after ${removals}`).join(', ')}`,
    );
    if (short) {
      console.log('The short form is no measurement: npm run bench is.');
      return;
    }
    const machine = { node: process.version, cpus: os.cpus().length, platform: `${process.platform} ${process.arch}` };
    await writeFile(
      path.join(project, 'test/bench/results.json'),
      `${JSON.stringify({ machine, rows, measured }, null, 2)}\n`,
    );
    await writeFile(path.join(project, 'docs/bench.svg'), plotOf(measured));
  } finally {
    await bench.close();
  }
}

void main();
