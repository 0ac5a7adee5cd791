// The figures that a run of the fault suites comes to: printed as a table, and kept by `npm run soak`.
import { appendFileSync } from 'node:fs';

/** Whether this is the long form. */
export const SOAK = Boolean((globalThis as { SOAK?: boolean }).SOAK);

/** `long` in the long form, `short` in the short one. */
export function sized<Size>(short: Size, long: Size): Size {
  return SOAK ? long : short;
}

/** Prints one figure; in the long form it goes to the file that `npm run soak` makes its table of. */
export function figure(what: string, value: string): void {
  process.stdout.write(`  | ${what} | ${value} |\n`);
  const { SOAK_FIGURES } = process.env;
  if (SOAK_FIGURES) appendFileSync(SOAK_FIGURES, `| ${what} | ${value} |\n`);
}
