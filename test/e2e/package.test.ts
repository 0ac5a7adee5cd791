// What `npm run deploy` uploads: just the files that Azure runs, and enough to run.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as gitignore from 'gitignore-parser';
import ignore from 'ignore';
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import { get, PRESENTER, remove } from '../harness/caller';
import { modes, settingsFor, startProxyIn } from '../harness/proxy';

const project = path.resolve(__dirname, '../..');
const MAX_BYTES = 1.5 * 1024 * 1024;

const rules = readFileSync(path.join(project, '.funcignore'), 'utf8');
// func's own rules are a port of this package; the deployment action of GitHub and others read the file as git would.
const byFunc = gitignore.compile(rules);
const byGit = ignore().add(rules);

let files: string[];
let folder: string;

beforeAll(async () => {
  const all = await readdir(project, { recursive: true, withFileTypes: true });
  files = all
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(project, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((name) => !name.startsWith('.git/'))
    .sort();
  folder = await mkdtemp(path.join(os.tmpdir(), 'published app '));
});
afterAll(() => rm(folder, { recursive: true }));

test('host.json, package.json and the bundle are uploaded, and nothing else, by either reading of .funcignore', () => {
  expect(files.length).toBeGreaterThan(1000);
  const uploaded = files.filter((name) => byFunc.accepts(name));
  expect(uploaded).toEqual([...files.filter((name) => /^dist\/[^/]+\.js$/.test(name)), 'host.json', 'package.json']);
  expect(uploaded).toContain('dist/index.js');
  expect(files.filter((name) => !byGit.ignores(name))).toEqual(uploaded);
});

test.each(['local.settings.json', 'out/maps/index.js.map', 'node_modules/host.json', 'examples/package.json', '.env'])(
  '%s would stay here',
  (name) => {
    expect([byFunc.accepts(name), byGit.ignores(name)]).toEqual([false, true]);
  },
);

describe('the package alone in a folder, with no node_modules', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator();
    for (const name of files.filter((file) => byFunc.accepts(file))) {
      await cp(path.join(project, name), path.join(folder, name));
    }
  });
  afterAll(() => emulator.close());
  beforeEach(() => emulator.rooms.reset());

  test('is no larger than 1.5 MB', async () => {
    const sizes = await Promise.all(
      files.filter((name) => byFunc.accepts(name)).map(async (name) => (await stat(path.join(folder, name))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(MAX_BYTES);
  });

  // An update of a library may defeat what build.mjs leaves out, without a word: index.js would be 81 KB, managedIdentity.js 379.
  test.each([
    ['index.js', 50_000],
    ['proxy.js', 90_000],
    ['managedIdentity.js', 260_000],
  ])('%s, which a cold start has to compile, is under %i bytes', async (name, bytes) => {
    expect((await stat(path.join(folder, 'dist', name))).size).toBeLessThan(bytes);
  });

  test.each(Object.entries(modes))('removes people in mode %s', async (_, mode) => {
    const proxy = await startProxyIn(folder, { ...settingsFor(emulator), ...mode });
    try {
      expect((await remove(proxy, [PRESENTER])).body.removed).toEqual([PRESENTER]);
      expect((await get(proxy, '/api/openapi.json')).status).toBe(200);
    } finally {
      await proxy.stop();
    }
  });

  test('has telemetry and the sign-in of developers with it', async () => {
    const { IDENTITY_ENDPOINT: _, ...settings } = settingsFor(emulator);
    const proxy = await startProxyIn(folder, { ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    try {
      // Nobody is signed in here: the identity library says so, instead of not being found.
      expect((await remove(proxy, [PRESENTER])).body.error.code).toBe('CredentialUnavailable');
      expect(proxy.output()).not.toContain('Cannot find module');
    } finally {
      await proxy.stop();
    }
  });
});

describe('npm run deploy', () => {
  const deploy = promisify(execFile).bind(undefined, process.execPath);
  let tools: string;

  /** Puts commands on the PATH that write down how they were called. */
  beforeAll(async () => {
    tools = path.join(folder, 'tools');
    await mkdir(tools);
    for (const name of ['npm', 'func']) {
      const script = `#!/bin/sh\necho "called: ${name} $*"\nexit "\${${name.toUpperCase()}_EXIT:-0}"\n`;
      await writeFile(path.join(tools, name), script);
      await chmod(path.join(tools, name), 0o755);
    }
  });

  const run = (args: string[], env: Record<string, string> = {}) =>
    deploy([path.join(project, 'out/deploy.js'), ...args], { env: { PATH: `${tools}:/usr/bin:/bin`, ...env } }).then(
      ({ stdout, stderr }) => ({ code: 0, output: `${stdout}${stderr}` }),
      ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
    );

  test('checks, then publishes the bundle as it is', async () => {
    const { code, output } = await run(['my-app', '--slot', 'staging']);
    expect(code).toBe(0);
    expect(output.match(/^called: .*/gm)).toEqual([
      'called: npm run --silent check',
      'called: func azure functionapp publish my-app --no-build --slot staging',
    ]);
  });

  test('publishes nothing where a check fails', async () => {
    const { code, output } = await run(['my-app'], { NPM_EXIT: '1' });
    expect(code).toBe(1);
    expect(output).not.toContain('called: func');
  });

  test('says what is missing', async () => {
    await rm(path.join(tools, 'func'));
    expect(await run(['my-app'])).toMatchObject({ code: 1, output: expect.stringContaining('Core Tools') });
  });

  test.each([[[]], [['my app; true']], [['my-app', '$(true)']], [['-x']]])('calls nothing with %j', async (args) => {
    const { code, output } = await run(args);
    expect({ code, called: output.includes('called') }).toEqual({ code: 1, called: false });
    expect(output).toContain('Usage');
  });
});
