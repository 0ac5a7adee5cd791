// Medians with their spread, and what they amount to as ratios.

/** The middle of several values, and between which half of them lie. */
export interface Sample {
  median: number;
  quartiles: [number, number];
  count: number;
}

export function sample(values: number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: round(quantile(sorted, 0.5)),
    quartiles: [round(quantile(sorted, 0.25)), round(quantile(sorted, 0.75))],
    count: sorted.length,
  };
}

function quantile(sorted: number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

const round = (value: number) => Math.round(value * 100) / 100;
