import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
const value = 'correct-horse-battery';
before(async () => {
  gyr = await start(import.meta.url, { more: `kestra: {encryption: {secret-key: ${Buffer.alloc(32, 7).toString('base64')}}}\n` });
  await gyr.flow('id: tells\nnamespace: company.team\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: "the word is {{ secret(\'DOOR\') }}"}\n');
});
after(() => gyr?.stop());

// UI-771, UI-800
test('secrets: once it is saved no answer has the value, and a log that prints it shows the mask', () => gyr.page(async (page) => {
  const texts = [];
  const reading = [];
  page.on('response', (answer) => { if (answer.url().includes('/api/') && !(answer.headers()['content-type'] ?? '').startsWith('text/event-stream')) reading.push(answer.text().then((text) => texts.push([answer.url(), text]), () => undefined)); });
  await page.goto(`${gyr.address}main/secrets`);
  await page.getByTestId('action-create').first().click();
  await page.locator('#secret-namespace').fill('company.team');
  await page.locator('#secret-key').fill('DOOR');
  await page.locator('#secret-value').fill(value);
  const saved = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.url().includes('/secrets'));
  await page.getByTestId('action-confirm').click();
  assert.equal((await saved).status(), 200);
  const row = page.getByTestId('row-company.team/DOOR');
  await row.locator('.col-namespace', { hasText: 'company.team' }).waitFor();
  await page.getByTestId('filter-text').fill('namespace^company.other');
  await page.getByTestId('filter-text').press('Enter');
  await row.waitFor({ state: 'detached' });
  await page.goto(`${gyr.address}main/namespaces/edit/company.team/secrets`);
  await page.locator('table.t .id', { hasText: 'DOOR' }).waitFor();

  const { id } = await gyr.execute('company.team', 'tells');
  await gyr.until(id, 'SUCCESS');
  await page.goto(`${gyr.address}main/executions/company.team/tells/${id}/logs`);
  const line = page.getByTestId('log-list').locator('.l', { hasText: 'the word is' });
  await line.waitFor();
  assert.match(await line.innerText(), /the word is \*+/);
  assert.doesNotMatch(await page.content(), new RegExp(value));
  await Promise.all(reading);
  assert.ok(texts.length > 5);
  assert.deepEqual(texts.filter(([, text]) => text.includes(value)).map(([url]) => url), []);
}));
