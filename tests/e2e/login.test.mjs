import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
let id;
const login = { username: 'ops@example.org', password: 'Abcdefg1' };
before(async () => {
  gyr = await start(import.meta.url, { login });
  await gyr.flow('id: a\nnamespace: b.c\nlabels: {team: sre}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
  id = (await gyr.execute('b.c', 'a')).id;
});
after(() => gyr?.stop());

async function signIn(page, password = login.password) {
  await page.getByTestId('page-login').waitFor();
  await page.locator('#username').fill(login.username);
  await page.locator('#password').fill(password);
  await page.getByTestId('action-login').click();
}

// UI-82, UI-85
test('login: a wrong pair keeps the name; a session that ended leads back to the same list; sign out', () => gyr.page(async (page, context) => {
  await page.goto(`${gyr.address}main/executions?filters[labels][EQUALS][team]=sre`);
  await signIn(page, 'Wrong123');
  await page.getByText('The user name or the password is wrong').waitFor();
  assert.equal(await page.locator('#username').inputValue(), login.username);
  assert.equal(await page.locator('#password').inputValue(), '');
  await signIn(page);
  await page.getByTestId('chip-labels').waitFor();
  await page.getByTestId(`row-${id}`).waitFor();

  const cookies = await context.cookies();
  const session = cookies.find((cookie) => cookie.name === 'GYR_SESSION');
  assert.deepEqual([session.httpOnly, session.sameSite], [true, 'Lax']);
  assert.ok(cookies.every((cookie) => !cookie.value.includes(login.password) && !cookie.value.includes(btoa(`${login.username}:${login.password}`))));
  const kill = (headers) => page.evaluate(async ([origin, extra]) => (await fetch(`${origin}/api/v1/main/flows/validate`, { method: 'POST', body: 'id: a', headers: { 'Content-Type': 'application/x-yaml', ...extra } })).status, [gyr.pages.origin, headers]);
  assert.equal(await kill({}), 403);
  assert.equal(await kill({ 'X-CSRF-TOKEN': cookies.find((cookie) => cookie.name === 'csrfToken').value }), 200);

  await context.clearCookies();
  await page.getByTestId('action-refresh').click();
  await signIn(page);
  await page.getByTestId('chip-labels').waitFor();
  await page.getByTestId(`row-${id}`).waitFor();
  assert.ok(page.url().includes('/main/executions?filters'));

  await page.getByTestId('action-leave').click();
  await page.getByTestId('page-login').waitFor();
  await page.goBack();
  await page.getByTestId('page-login').waitFor();
  assert.equal(await page.getByTestId(`row-${id}`).count(), 0);
}, { allow: [/status of 40[13]/] }));
