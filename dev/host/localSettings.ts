// local.settings.json, as `func start` reads it: values for the environment, the port, who may call from a browser.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface LocalSettings {
  /** The file they come from; undefined where there is none, as in Azure. */
  file: string | undefined;
  values: Record<string, string>;
  port: number | undefined;
  /** Origins that may call from a browser; `*` for all. */
  corsOrigins: string[];
  corsCredentials: boolean;
}

interface SettingsFile {
  Values?: Record<string, unknown>;
  Host?: { LocalHttpPort?: number; CORS?: string; CORSCredentials?: boolean };
}

/** The developer's own file, or the sample in its stead. */
export async function readLocalSettings(root: string): Promise<LocalSettings> {
  const file = ['local.settings.json', 'local.settings.sample.json'].find((name) => existsSync(path.join(root, name)));
  let settings: SettingsFile = {};
  try {
    if (file) settings = JSON.parse(await readFile(path.join(root, file), 'utf8'));
  } catch (cause) {
    throw new Error(`${file} is not JSON.`, { cause });
  }
  const { Values = {}, Host = {} } = settings;
  return {
    file,
    values: Object.fromEntries(Object.entries(Values).map(([name, value]) => [name, String(value)])),
    port: Host.LocalHttpPort,
    corsOrigins: (Host.CORS ?? '').split(',').flatMap((origin) => origin.trim() || []),
    corsCredentials: Host.CORSCredentials ?? false,
  };
}

/** Adds `values` to the environment. What the environment has already wins, as with `func start`. */
export function applyToEnvironment(values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
}
