// No secret in any log, error, stack or answer, and no raw ID in the log: every path is run, faults included, with marked
// secrets, and everything that was written is searched.
import path from 'node:path';
import { type Emulator, startEmulator } from '../../dev/emulator/emulator';
import type { Fault } from '../../dev/emulator/faults';
import { type ApiVersion, apiVersions } from '../../shared/apiVersions';
import { ATTENDEE, PRESENTER, post, remove } from '../harness/caller';
import { type Mode, modes, settingsFor, startProxy } from '../harness/proxy';

const MARK = 'marked-secret';
const KEY = Buffer.from(`${MARK}-access-key`).toString('base64');
const IDENTITY_HEADER = `${MARK}-identity-header`;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ identityHeader: IDENTITY_HEADER, accessKey: KEY });
});
afterAll(() => emulator?.close());

/** What a hostile or broken middlebox may send back: the credential it was given. */
const ECHOES: Fault[] = [
  { kind: 'echo', status: 200 },
  { kind: 'echo', status: 400 },
  { kind: 'echo', status: 401 },
  { kind: 'echo', status: 403 },
  { kind: 'echo', status: 404 },
  { kind: 'echo', status: 500 },
  { kind: 'echo', status: 200, target: 'msi' },
  { kind: 'echo', status: 400, target: 'msi' },
  { kind: 'echo', status: 500, target: 'msi' },
];

const FAULTS: Fault[] = [
  ...ECHOES,
  { kind: 'reset' },
  { kind: 'reset', target: 'msi' },
  { kind: 'hang' },
  { kind: 'cut' },
  { kind: 'answer' },
  { kind: 'ignore' },
  { kind: 'retired' },
  { kind: 'status', status: 429, retryAfter: '60' },
  { kind: 'status', status: 503 },
];

async function everyPath(
  settings: Record<string, string>,
  execArgv: string[] = [],
): Promise<{ log: string; answers: string }> {
  const proxy = await startProxy(
    { ...settings, ACS_ATTEMPT_TIMEOUT_MS: '200', ACS_DEADLINE_MS: '1500', ACS_MAX_RETRIES: '1' },
    execArgv,
  );
  const answers: string[] = [];
  const keep = async (answered: Promise<{ headers: Headers; body: unknown }>) => {
    const { headers, body } = await answered;
    answers.push(JSON.stringify([...headers]), JSON.stringify(body));
  };
  try {
    for (const fault of [...FAULTS.filter(({ target }) => target === 'msi'), undefined, ...FAULTS]) {
      emulator.faults.set(...(fault ? [fault] : []));
      await keep(remove(proxy, [PRESENTER, { rawId: ATTENDEE, note: `${MARK}-note` }]));
    }
    emulator.faults.set();
    // Everything that was cached is worth nothing now, and is renewed.
    emulator.tokens.revokeAll();
    await keep(remove(proxy, [PRESENTER]));
    await keep(post(proxy, `{"roomId":"${MARK}`));
    await keep(post(proxy, { roomId: `${MARK}/`, participants: [`${MARK}@`], [`${MARK}-field`]: 1 }));
    return { log: proxy.output(), answers: answers.join('\n') };
  } finally {
    await proxy.stop();
  }
}

/** All that must not show: the settings, and every token and signature that went over the wire. */
function secrets(): string[] {
  const sent = emulator.journal
    .entries()
    .flatMap(({ headers, answer = '' }) => [
      headers.authorization?.replace(/^Bearer |^HMAC.*Signature=/, '') ?? '',
      ...(answer.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []),
    ]);
  // A token cut in pieces is looked for by its pieces: the signature is what makes it a secret.
  const pieces = sent.flatMap((secret) => (secret.includes('.') ? [secret, secret.split('.')[2] ?? ''] : [secret]));
  return [...new Set([KEY, IDENTITY_HEADER, ...pieces])].filter((secret) => secret.length > 0);
}

const combinations = (Object.keys(modes) as Mode[]).flatMap((mode) =>
  (['2022-02-01', '2025-03-13'] satisfies ApiVersion[]).map((version) => ({ mode, version })),
);

test.each(combinations)('$mode, $version', async ({ mode, version }) => {
  emulator.journal.clear();
  const { log, answers } = await everyPath({
    ...settingsFor(emulator),
    ...modes[mode],
    ...(mode === 'access-key' && { ACS_ACCESS_KEY: KEY }),
    IDENTITY_HEADER,
    ACS_API_VERSION: version,
  });
  const kept = secrets();
  // The search is worth something: there were secrets on the wire, and there is a log of every removal.
  expect(kept.length).toBeGreaterThan(3);
  expect(log.match(/"event":"removal"/g)?.length).toBeGreaterThan(20);
  for (const secret of kept) {
    expect(log.includes(secret) ? `log: ${secret}` : '').toBe('');
    expect(answers.includes(secret) ? `answers: ${secret}` : '').toBe('');
  }
  expect(log).not.toMatch(/8:acs:|eyJ[\w-]{10}|Bearer [^[]|Signature=[^[]/);
  expect(log).not.toContain(`${MARK}-note`);
});

test('a connection string shows nowhere, whatever is wrong with it', async () => {
  for (const ACS_CONNECTION_STRING of [`endpoint=https://x.example/;accesskey=${KEY}`, `accesskey=${KEY}`, `${MARK}`]) {
    const { log, answers } = await everyPath({
      ...settingsFor(emulator),
      ACS_AUTH_MODE: 'access-key',
      ACS_CONNECTION_STRING,
    });
    expect(answers).toContain('NotConfigured');
    expect(log + answers).not.toMatch(new RegExp(`${KEY}|x\\.example`));
  }
});

test('a defect shows its stack in the log, and no secret with it', async () => {
  const { log } = await everyPath({ ...settingsFor(emulator), IDENTITY_HEADER }, [
    '--require',
    path.join(__dirname, '../harness/defect.cjs'),
  ]);
  expect(log).toContain('marked-defect');
  for (const secret of secrets()) expect(log).not.toContain(secret);
});

test('the versions above are among those there are', () => {
  for (const { version } of combinations) expect(Object.keys(apiVersions)).toContain(version);
});
