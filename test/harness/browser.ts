// A real Chromium, where the machine has one.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a Chromium; undefined where there is none. CHROMIUM_PATH names one elsewhere. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? CANDIDATES.find((candidate) => existsSync(candidate));

/** `describe` where there is a browser; else it skips, and says why. */
export const describeInBrowser: jest.Describe = chromiumPath
  ? describe
  : Object.assign((name: string, tests: () => void) => {
      console.warn(`Skipped: ${name}. There is no Chromium here; install one, or name it in CHROMIUM_PATH.`);
      describe.skip(name, tests);
    }, describe);

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    // In a container there is neither a sandbox to be had nor a graphics card; the rest keeps it from calling home.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}
