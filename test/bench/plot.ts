// The picture of the benchmark: a bar for each peer and figure, and what a removal costs by the length of its list.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Measured, PerPeer } from './measure';
import { PEERS, type Peer } from './processes';

const COLORS: Record<Peer, string> = {
  empty: '#b8bec9',
  floor: '#8d97a6',
  sdk: '#d98c3f',
  sdkFromModules: '#e9b98a',
  proxy: '#0b57a4',
};
const NAMES: Record<Peer, string> = {
  empty: 'empty function',
  floor: 'bare node:https, fixed token',
  sdk: 'Microsoft’s RoomsClient',
  sdkFromModules: 'the same, from ES modules',
  proxy: 'this proxy',
};
const WIDTH = 880;
/** Width of a letter of the legend, on the wide side of what system fonts have. */
const LETTER = 6.6;
const STYLE = 'font-family: system-ui, sans-serif; font-size: 12px;';

/** An SVG of its own. */
export function plotOf(measured: Measured): string {
  const { document } = parseHTML('<html></html>');
  const bars = ([title, samples, unit]: [string, PerPeer, string], at: number) =>
    place(
      Plot.plot({
        document,
        width: WIDTH / 2 - 10,
        height: 150,
        marginLeft: 10,
        marginRight: 60,
        x: { axis: null, domain: [0, Math.max(...Object.values(samples).map(({ median }) => median)) * 1.05] },
        y: { axis: null, domain: PEERS.filter((peer) => samples[peer]) },
        marks: [
          Plot.barX(entries(samples), { x: 'median', y: 'peer', fill: ({ peer }: Entry) => COLORS[peer] }),
          Plot.text(entries(samples), {
            x: 'median',
            y: 'peer',
            text: ({ median }: Entry) => `${median.toFixed(median < 10 ? 1 : 0)} ${unit}`,
            textAnchor: 'start',
            dx: 5,
          }),
        ],
      }),
      title,
      (at % 2) * (WIDTH / 2) + 10,
      60 + Math.floor(at / 2) * 190,
    );
  const panels: [string, PerPeer, string][] = [
    ['Load until registered', measured.loadMs, 'ms'],
    ['Process start to first removal', measured.firstMs, 'ms'],
    ['CPU per removal, warm, 32 at a time', measured.cpuUs, 'µs'],
    ['p99 latency, warm, 32 at a time', measured.p99Ms, 'ms'],
  ];
  const lines = measured.cpuUsByLength.flatMap(({ people, cpuUs }) =>
    entries(cpuUs).map(({ peer, median }) => ({ peer, people, median })),
  );
  const byLength = place(
    Plot.plot({
      document,
      width: WIDTH - 20,
      height: 260,
      marginLeft: 60,
      x: { label: 'participants in the request' },
      y: { label: 'µs of CPU per removal', zero: true, grid: true },
      marks: [
        Plot.line(lines, {
          x: 'people',
          y: 'median',
          z: 'peer',
          stroke: ({ peer }: Entry) => COLORS[peer],
          strokeWidth: 2,
        }),
        Plot.dot(lines, { x: 'people', y: 'median', fill: ({ peer }: Entry) => COLORS[peer] }),
      ],
    }),
    'CPU per removal by the length of the list (in younger processes than above)',
    10,
    440,
  );
  let end = 10;
  const legend = PEERS.map((peer) => {
    const at = end;
    end += 38 + NAMES[peer].length * LETTER;
    return (
      `<rect x="${at}" y="10" width="14" height="14" fill="${COLORS[peer]}"/>` +
      `<text x="${at + 20}" y="22">${NAMES[peer]}</text>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} 740" width="${WIDTH}" style="${STYLE}">` +
    `<title>Benchmark of the proxy beside its peers; shorter is better</title><rect width="100%" height="100%" fill="#fff"/>` +
    `${legend.join('')}${panels.map(bars).join('')}${byLength}</svg>\n`
  );
}

interface Entry {
  peer: Peer;
  median: number;
}

function entries(samples: PerPeer): Entry[] {
  return PEERS.flatMap((peer) => (samples[peer] ? [{ peer, median: samples[peer].median }] : []));
}

/** A plot within the picture, with its title above it. */
function place(plot: { outerHTML: string }, title: string, x: number, y: number): string {
  // Plot's element names no namespace of its own when it is made by linkedom.
  const inner = plot.outerHTML.replace(/<svg /, `<svg x="${x}" y="${y + 10}" `);
  return `<text x="${x}" y="${y}" font-weight="600">${title}</text>${inner}`;
}
