// The figures that a run of the fault suites comes to: printed as a table, of which README.md keeps a copy.

/** Whether this is the long form. */
export const SOAK = Boolean((globalThis as { SOAK?: boolean }).SOAK);

/** `long` in the long form, `short` in the short one. */
export function sized<Size>(short: Size, long: Size): Size {
  return SOAK ? long : short;
}

/** Prints one figure as a row of the table in README.md. */
export function figure(what: string, value: string): void {
  process.stdout.write(`| ${what} | ${value} |\n`);
}
