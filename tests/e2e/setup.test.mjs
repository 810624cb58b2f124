import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => { gyr = await start(import.meta.url, { login: {} }); });
after(() => gyr?.stop());

// UI-80, UI-81, UI-85
test('setup: any address leads to the first account, each rule is ticked, and then there is no way back', () => gyr.page(async (page, context) => {
  await page.goto(`${gyr.address}main/executions?filters[state][IN]=FAILED`);
  await page.getByTestId('page-setup').waitFor();
  assert.ok(page.url().endsWith('/ui/main/setup'));
  const mail = page.getByLabel('E-mail address');
  await mail.fill('ops');
  await page.locator('#password').fill('Abcdefgh');
  await page.getByText('This is not an e-mail address').waitFor();
  await mail.fill('ops@example.org');
  for (const rule of ['length', 'upper', 'lower']) await page.locator(`[data-testid="rule-${rule}"][data-state="ok"]`).waitFor();
  await page.locator('[data-testid="rule-digit"][data-state="open"]').waitFor();
  await page.locator('#again').fill('Abcdefg1');
  await page.getByTestId('action-next').click();
  await page.getByText('The two passwords are different').waitFor();
  assert.equal((await (await fetch(`${gyr.server()}/api/v1/configs/login`)).json()).isBasicAuthInitialized, false);
  await page.locator('#password').fill('Abcdefg1');
  await page.locator('[data-testid="rule-digit"][data-state="ok"]').waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('setup-preferences').waitFor();
  await page.getByTestId('action-finish').click();
  await page.getByTestId('page-welcome').waitFor();
  await page.goto(`${gyr.address}setup`);
  await page.getByTestId('page-welcome').waitFor();
  // Somebody else is asked to sign in, not to create a second account.
  await context.clearCookies();
  await page.goto(`${gyr.address}main/setup`);
  await page.getByTestId('page-login').waitFor();
  assert.equal((await fetch(`${gyr.server()}/api/v1/main/basicAuth`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"username":"b@example.org","password":"Abcdefg1"}' })).status, 401);
  // The check leaves pages while they still ask; the browser then fails these requests.
}, { allow: [/status of 401/, /Failed to fetch/] }));
