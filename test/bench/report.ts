// The table of the benchmark: each figure as a ratio to its peer, with the bar it has to meet and what we aim at.
import type { Measured, PerPeer } from './measure';
import type { Peer } from './processes';

export interface Row {
  figure: string;
  value: number;
  /** Absent where the figure is there for comparison. */
  bar?: number | undefined;
  aim?: number | undefined;
  verdict: 'holds, aim reached' | 'holds' | 'falls short' | 'for comparison';
  /** Both sides of the ratio, with their spread. */
  basis: string;
}

export function rowsOf(measured: Measured): Row[] {
  const { loadMs, rssMiB, firstMs, cpuUs, p99Ms, cpuUsByLength, packageBytes } = measured;
  const at300 = cpuUsByLength.find(({ people }) => people === 300)?.cpuUs ?? {};
  const mb = packageBytes / 1e6;
  return [
    ratio('load until registered / empty', loadMs, 'empty', 'ms', 1.5, 1.2),
    ratio('load / SDK', loadMs, 'sdk', 'ms', 0.3, 0.2),
    ratio('process start to first 200 / floor', firstMs, 'floor', 'ms', 1.45, 1.25),
    ratio('process start to first 200 / SDK', firstMs, 'sdk', 'ms', 0.88, 0.7),
    ratio('resident memory after load / empty', rssMiB, 'empty', 'MiB', 1.15, 1.05),
    ratio('CPU per removal / floor', cpuUs, 'floor', 'µs', 1.05, 0.95),
    ratio('CPU per removal / SDK', cpuUs, 'sdk', 'µs', 0.78, 0.7),
    ratio('p99 latency / SDK', p99Ms, 'sdk', 'ms', 0.9, 0.7),
    ratio('CPU for 300 participants / floor', at300, 'floor', 'µs', 1.3, 1.1),
    {
      figure: 'published package, MB',
      value: mb,
      bar: 1.5,
      aim: 0.6,
      verdict: verdictOn(mb, 1.5, 0.6),
      basis: `${packageBytes} bytes`,
    },
    ratio('load / SDK from ES modules', loadMs, 'sdkFromModules', 'ms'),
    ratio('process start to first 200 / SDK from ES modules', firstMs, 'sdkFromModules', 'ms'),
  ];
}

function ratio(figure: string, of: PerPeer, peer: Peer, unit: string, bar?: number, aim?: number): Row {
  const [ours, theirs] = [of.proxy, of[peer]];
  if (!ours || !theirs) throw new Error(`${figure} was not measured.`);
  const value = ours.median / theirs.median;
  const side = ({ median, quartiles: [low, high] }: typeof ours) => `${median} (${low} to ${high})`;
  return {
    figure,
    value,
    bar,
    aim,
    verdict: verdictOn(value, bar, aim),
    basis: `${side(ours)} / ${side(theirs)} ${unit}`,
  };
}

function verdictOn(value: number, bar = Number.NaN, aim = Number.NaN): Row['verdict'] {
  if (Number.isNaN(bar)) return 'for comparison';
  if (value > bar) return 'falls short';
  return value <= aim ? 'holds, aim reached' : 'holds';
}

/** As text, for a terminal and for a README. */
export function tableOf(rows: Row[]): string {
  const cells = rows.map(({ figure, value, bar, aim, verdict, basis }) => [
    figure,
    value.toFixed(2),
    String(bar ?? ''),
    String(aim ?? ''),
    verdict,
    basis,
  ]);
  const head = ['figure', 'measured', 'bar', 'aim', '', 'medians (half of the rounds lie between)'];
  const line = (row: string[]) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...cells.map(line)].join('\n');
}
