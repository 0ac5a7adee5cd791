// The console in a real browser: what a newcomer does with it, by mouse and by keyboard.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { apiVersions } from '../../shared/apiVersions';
import { describeInBrowser, startBrowser } from '../harness/browser';
import { PRESENTER, remove } from '../harness/caller';
import { until } from '../harness/conditions';
import { modes } from '../harness/proxy';
import { type Started, startAll } from '../harness/started';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

describeInBrowser('the console', () => {
  let browser: Browser;
  let started: Started;
  let page: Page;
  /** What the page complained of. */
  let complaints: string[];

  beforeAll(async () => {
    [browser, started] = await Promise.all([startBrowser(), startAll()]);
  });
  afterAll(async () => {
    await browser?.close();
    await started?.stop();
  });
  beforeEach(async () => {
    await fetch(`${started.emulator}/emulator/reset`, { method: 'POST' });
    complaints = [];
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(started.emulator);
    await page.getByText('live', { exact: true }).waitFor();
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await page.close();
  });

  const person = (end: string) => page.getByRole('checkbox', { name: end });
  const outcome = () => page.locator('#outcome');
  const proxyState = async (): Promise<{ authMode: string }> =>
    (await fetch(`${started.emulator}/emulator/proxy`)).json() as Promise<{ authMode: string }>;
  const removeThem = () => page.getByRole('button', { name: 'Remove from the room' }).click();

  test('someone is removed, and seen to leave', async () => {
    await person('000666').check();
    await removeThem();
    await outcome().getByText('200: 1 out of the room').waitFor();
    await person('000666').waitFor({ state: 'detached' });
    expect(await person('000777').count()).toBe(1);
  });

  test('both sides of the proxy are there to compare: the call, and what it became on the wire', async () => {
    await person('000666').check();
    await removeThem();
    const caller = page.locator('#caller-side');
    const wire = page.locator('#wire-side');
    await wire.getByText('participants:remove').first().waitFor();
    const request = await caller.getByLabel('Request').textContent();
    expect(request).toContain(`POST ${started.url}/api/removeParticipants`);
    expect(request).toContain(PRESENTER);
    expect(await caller.getByLabel('Answer').textContent()).toContain('"removed"');
    const sent = (await wire.getByLabel('Request').allTextContents()).join();
    expect(sent).toContain('api-version=2022-02-01');
    expect(sent).toContain('communicationIdentifier');
    // The id that the caller sent is the one that ACS got.
    const [, id = 'none'] = /x-ms-client-request-id: (\S+)/.exec(request ?? '') ?? [];
    expect(sent).toContain(id);
    // Credentials are named, never shown.
    expect(sent).toMatch(/authorization: Bearer eyJ.{0,10}… \(\d+ characters\)/);
    expect(await page.content()).not.toMatch(/eyJ[\w-]{30,}/);
  });

  test('a throttled answer is seen as a caller sees it', async () => {
    await page.getByRole('radio', { name: 'Throttling' }).check();
    await person('000666').check();
    await removeThem();
    await outcome().getByText('429 TooManyRequests').waitFor();
    expect(await outcome().textContent()).toContain('Come again in 60 s.');
    expect(await page.locator('#caller-side').getByLabel('Answer').textContent()).toContain('retry-after: 60');
    expect(await person('000666').count()).toBe(1);
  });

  test.each([
    ['Outage', '503 UpstreamUnavailable'],
    ['Garbage', '502 InvalidUpstreamResponse'],
    ['Forgetful', '502 ParticipantsNotRemoved'],
    ['Retired', '502 UnsupportedApiVersion'],
    ['Failing once', '200: 1 out of the room'],
    ['Slow', '200: 1 out of the room'],
  ])('ACS as %s is answered with %s', async (fault, answer) => {
    await page.getByRole('radio', { name: fault }).check();
    await person('000666').check();
    await removeThem();
    await outcome().getByText(answer).waitFor();
  });

  test('a wrong request says what is wrong, and costs ACS no call', async () => {
    await page.getByText('Somebody else').click();
    await page.getByLabel('Raw IDs, one a line').fill('4:+14255550123');
    await removeThem();
    await outcome().getByText('400 InvalidRequest').waitFor();
    await page.getByText('The proxy asked nothing of ACS.').waitFor();
  });

  test('whoever leaves by another way is seen to leave as well', async () => {
    await remove(started, [PRESENTER]);
    await person('000666').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Put everybody back' }).click();
    await person('000666').waitFor();
  });

  test('the settings of the proxy change with the switches', async () => {
    await page.getByRole('combobox', { name: 'API version' }).selectOption('2025-03-13');
    await page.getByText('The function runs with it.').waitFor();
    await page.getByRole('combobox', { name: 'Credential mode' }).selectOption('access-key');
    await until(async () => (await proxyState()).authMode === 'access-key', 'the other mode');
    await page.locator('#remove:not([disabled])').waitFor();
    await person('000666').check();
    await removeThem();
    await outcome().getByText('200: 1 out of the room').waitFor();
    const wire = page.locator('#wire-side');
    await wire.getByText('PATCH').first().waitFor();
    expect(await wire.textContent()).toContain('application/merge-patch+json');
    expect(await wire.textContent()).toContain('authorization: HMAC-SHA256');
  });

  test('the switches offer every api-version and credential mode there is', async () => {
    expect(await page.getByRole('combobox', { name: 'API version' }).locator('option').allTextContents()).toEqual(
      Object.keys(apiVersions),
    );
    expect(
      (await page.getByRole('combobox', { name: 'Credential mode' }).locator('option').allTextContents()).sort(),
    ).toEqual(Object.keys(modes).sort());
  });

  test('the keyboard is enough', async () => {
    const focused = () => page.evaluate<string | undefined>('document.activeElement?.id');
    for (let presses = 0; !(await focused())?.startsWith('person-') && presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await outcome().getByText('200: 1 out of the room').waitFor();
  });

  test.each(['light', 'dark'] as const)('nothing bars the way for anybody (axe, %s)', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.getByText('Somebody else').click();
    await person('000666').check();
    await removeThem();
    await page.locator('#wire-side').getByText('participants').first().waitFor();
    await page.evaluate(axe);
    const violations = await page.evaluate(async () =>
      (await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run()).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
      ),
    );
    expect(violations).toEqual([]);
  });

  test('the API reference is rendered from what the function serves', async () => {
    await page.getByRole('link', { name: 'API reference' }).click();
    await page.getByText('/removeParticipants', { exact: true }).waitFor();
    await page.getByText('ParticipantsNotRemoved').first().waitFor();
    expect(await page.getByText(`${started.url}/api/openapi.json`).count()).toBe(1);
  });
});
