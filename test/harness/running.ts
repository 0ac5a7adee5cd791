// An emulator and the proxy in front of it, there for the tests of a suite and gone after them.
import { type Emulator, type EmulatorOptions, startEmulator } from '../../dev/emulator/emulator';
import { type RunningProxy, settingsFor, startProxy } from './proxy';

export interface Running {
  emulator: Emulator;
  proxy: RunningProxy;
}

/**
 * Starts both before the tests of the enclosing describe and stops them afterwards; the fields are there once tests run.
 * Before each test the emulator is as new: rooms, faults and journal.
 *
 * @param settings on top of those that point at the emulator
 */
export function running(settings: Record<string, string> = {}, options: EmulatorOptions = {}): Running {
  const both = {} as Running;
  beforeAll(async () => {
    both.emulator = await startEmulator(options);
    both.proxy = await startProxy({ ...settingsFor(both.emulator), ...settings });
  });
  afterAll(async () => {
    await both.proxy?.stop();
    await both.emulator?.close();
  });
  beforeEach(() => {
    both.emulator.rooms.reset();
    both.emulator.faults.set();
    both.emulator.journal.clear();
  });
  return both;
}
