// What the suites play on: an emulator, and the proxy in each of the states they need, for one api-version and mode.
import path from 'node:path';
import { type Emulator, startEmulator } from '../../../dev/emulator/emulator';
import { type ApiVersion, apiVersions } from '../../../shared/apiVersions';
import { PRESENTER, remove } from '../../harness/caller';
import { IN_PROCESS, type Mode, modes, type RunningProxy, settingsFor, startProxy } from '../../harness/proxy';

export interface Combination {
  version: ApiVersion;
  mode: Mode;
}

export interface Stage extends Combination {
  emulator: Emulator;
  proxies: Record<Setup, RunningProxy>;
  /** The settings under which the proxy works against the emulator. */
  settings: Record<string, string>;
  /** Calls to Rooms that follow a removal in order to learn who is left. */
  listCalls: number;
}

/** Soon tired, so that what fails for good fails soon. */
export const QUICK = {
  ACS_MAX_RETRIES: '1',
  ACS_ATTEMPT_TIMEOUT_MS: IN_PROCESS ? '100' : '250',
  ACS_DEADLINE_MS: '5000',
};

const setups = {
  usual: (settings: Record<string, string>) => startProxy({ ...settings, ...QUICK }),
  withRole: (settings: Record<string, string>) =>
    startProxy({ ...settings, WEBSITE_AUTH_ENABLED: 'True', REQUIRED_APP_ROLE: 'Rooms.Remove' }),
  // Loaded into a process of its own; without one, the rows that need it are left out.
  withDefect: (settings: Record<string, string>) =>
    startProxy(settings, ['--require', path.join(__dirname, '../../harness/defect.cjs')]),
  withoutSettings: () => startProxy({}),
  withoutCredential: (settings: Record<string, string>) =>
    startProxy({ ...settings, ...QUICK, IDENTITY_HEADER: 'marked-wrong' }),
};
export type Setup = keyof typeof setups;

/** Sets the stage for the tests of the enclosing describe; its fields are there once they run. */
export function setStage(combination: Combination): Stage {
  const stage = {
    ...combination,
    proxies: {},
    listCalls: apiVersions[combination.version] === 'mergePatch' ? 1 : 0,
  } as Stage;
  beforeAll(async () => {
    stage.emulator = await startEmulator();
    stage.settings = {
      ...settingsFor(stage.emulator),
      ...modes[combination.mode],
      ACS_API_VERSION: combination.version,
    };
    for (const name of Object.keys(setups) as Setup[]) stage.proxies[name] = await setups[name](stage.settings);
    // From here on the token is at hand, so that faults befall the calls they are meant for.
    await remove(stage.proxies.usual, [PRESENTER]);
  });
  afterAll(async () => {
    await Promise.all(Object.values(stage.proxies).map((proxy) => proxy.stop()));
    await stage.emulator?.close();
  });
  beforeEach(() => {
    stage.emulator.rooms.reset();
    stage.emulator.faults.set();
    stage.emulator.journal.clear();
  });
  return stage;
}
