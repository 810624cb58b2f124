import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url, { more: `kestra: {encryption: {secret-key: ${Buffer.alloc(32, 7).toString('base64')}}}\n` }); // for SECRET inputs
  await gyr.flow(`id: echo
namespace: company.team
inputs:
  - {id: text, type: STRING}
  - {id: count, type: INT, defaults: 3, max: 50}
  - {id: share, type: FLOAT, defaults: 1.5}
  - {id: site, type: SELECT, values: [fra1, ham2]}
  - {id: image, type: SELECT, isRadio: true, values: [debian, talos], defaults: debian}
  - {id: nets, type: MULTISELECT, values: [a, b, c], required: false}
  - {id: flag, type: BOOL, defaults: false}
  - {id: when.day, type: DATE}
  - {id: when.hour, type: TIME}
  - {id: when.at, type: DATETIME}
  - {id: when.limit, type: DURATION}
  - {id: mail, type: EMAIL}
  - {id: link, type: URI}
  - {id: data, type: JSON}
  - {id: more, type: YAML}
  - {id: list, type: ARRAY, itemType: INT}
  - {id: file, type: FILE}
tasks:
  - {id: done, type: io.kestra.plugin.core.log.Log, message: "{{ read(inputs.file) }}"}
`);
  await gyr.flow(`id: depends
namespace: company.team
inputs:
  - {id: kind, type: SELECT, values: [vm, bucket], defaults: bucket}
  - {id: size, type: SELECT, values: [small, large], dependsOn: {inputs: [kind], condition: "{{ inputs.kind == 'vm' }}"}}
tasks:
  - {id: done, type: io.kestra.plugin.core.log.Log, message: "{{ inputs }}"}
`);
});
after(() => gyr?.stop());
const input = (page, id) => page.locator(`[id="input-${id}"]`);

// UI-530 to 532, UI-541, UI-550, UI-560
test('execute: every common type is sent as it was entered', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/echo/edit`);
  await page.getByTestId('action-execute').click();
  const dialog = page.getByTestId('dialog-execute');
  await input(page, 'text').waitFor();
  await input(page, 'count').fill('80');
  await dialog.getByText('At most 50').waitFor();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('form-errors').waitFor();
  await input(page, 'count').fill('42');
  await input(page, 'text').fill('gpu-fra-19 <b>');
  await input(page, 'share').fill('2.25');
  await input(page, 'site').selectOption('ham2');
  await dialog.getByLabel('talos').check();
  await dialog.getByLabel('a', { exact: true }).check();
  await dialog.getByLabel('c', { exact: true }).check();
  await input(page, 'flag').click();
  await input(page, 'when.day').fill('2027-11-30');
  await input(page, 'when.hour').fill('14:19');
  await input(page, 'when.at').fill('2026-11-21T22:00');
  await dialog.getByLabel('Hours').fill('2');
  await dialog.getByLabel('Minutes').fill('30');
  await dialog.getByLabel('Minutes').blur();
  await input(page, 'mail').fill('ops@example.org');
  await input(page, 'link').fill('https://example.org/x');
  await input(page, 'data').fill('{"root": "100G"}');
  await input(page, 'more').fill('packages: [chrony]');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByLabel('list, item 0').fill('7');
  await input(page, 'file').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('from the file') });
  assert.ok((await dialog.locator('.sent').innerText()).includes('2026-11-21T21:00:00.000Z'));
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('page-execution').waitFor();
  const id = /\/echo\/(\w+)\/gantt/.exec(page.url())[1];
  const { inputs } = await gyr.until(id, 'SUCCESS');
  assert.equal(inputs.text, 'gpu-fra-19 <b>');
  assert.equal(inputs.count, 42);
  assert.equal(inputs.share, 2.25);
  assert.equal(inputs.site, 'ham2');
  assert.equal(inputs.image, 'talos');
  assert.deepEqual(inputs.nets, ['a', 'c']);
  assert.equal(inputs.flag, true);
  assert.equal(inputs.when.day, '2027-11-30');
  assert.match(inputs.when.hour, /^14:19(:00)?$/);
  assert.match(inputs.when.at, /^2026-11-21T21:00(:00(\.0+)?)?Z$/);
  assert.equal(inputs.when.limit, 9000);
  assert.equal(inputs.mail, 'ops@example.org');
  assert.equal(inputs.link, 'https://example.org/x');
  assert.deepEqual(inputs.data, { root: '100G' });
  assert.deepEqual(inputs.more, { packages: ['chrony'] });
  assert.deepEqual(inputs.list, [7]);
  const log = await gyr.api('GET', `logs/${id}`);
  assert.ok(log.some((line) => line.message === 'from the file'));
}));

// UI-531, UI-561
test('execute-depend: dependent inputs come and go, hidden ones are not sent', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/depends/executions`);
  await page.getByTestId('action-execute').click();
  await input(page, 'kind').waitFor();
  assert.equal(await input(page, 'size').count(), 0);
  await input(page, 'kind').selectOption('vm');
  await input(page, 'size').waitFor();
  await input(page, 'size').selectOption('large');
  await input(page, 'kind').selectOption('bucket');
  await input(page, 'size').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('page-execution').waitFor();
  const id = /\/depends\/(\w+)\/gantt/.exec(page.url())[1];
  const { inputs } = await gyr.until(id, 'SUCCESS');
  assert.deepEqual(inputs, { kind: 'bucket' });
}));

// UI-531: a secret is nowhere on the page but in its field
test('execute: a secret is masked in what will be sent and in the command', () => gyr.page(async (page) => {
  await gyr.flow('id: masked\nnamespace: company.team\ninputs:\n  - {id: word, type: SECRET}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n');
  await page.goto(`${gyr.address}main/flows/edit/company.team/masked/edit`);
  await page.getByTestId('action-execute').click();
  await input(page, 'word').fill('s3cret');
  await page.locator('.sent').getByText('••••••').waitFor();
  assert.ok(!(await page.getByTestId('dialog-execute').innerText()).includes('s3cret'));
  assert.equal(await input(page, 'word').getAttribute('type'), 'password');
}));

test('execute: Esc closes and gives the focus back; a refusal keeps every value', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/flows/edit/company.team/depends/edit`);
  await page.getByTestId('action-execute').click();
  await input(page, 'kind').selectOption('vm');
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('form-errors').waitFor();
  assert.equal(await input(page, 'kind').inputValue(), 'vm');
  await page.keyboard.press('Escape');
  await page.getByTestId('dialog-execute').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'action-execute');
}));

// UI-533, UI-534, UI-540, UI-562
test('execute: prefill and default, labels that are refused, a flow that reads its trigger', () => gyr.page(async (page) => {
  await gyr.flow(`id: filled
namespace: company.team
inputs:
  - {id: pre, type: STRING, prefill: first, required: false}
  - {id: kept, type: STRING, prefill: stays}
  - {id: own, type: STRING, defaults: standard}
tasks:
  - {id: done, type: io.kestra.plugin.core.debug.Return, format: "{{ trigger.date ?? 'none' }}"}
`);
  await page.goto(`${gyr.address}main/flows/edit/company.team/filled/executions`);
  await page.getByTestId('action-execute').click();
  await input(page, 'pre').waitFor();
  assert.equal(await input(page, 'pre').inputValue(), 'first');
  await input(page, 'own').fill('mine');
  await page.getByTestId('reset-own').click();
  await page.waitForFunction(() => document.getElementById('input-own').value === 'standard');
  await input(page, 'own').fill('');
  await input(page, 'pre').fill('');
  await page.getByTestId('label-add').click();
  await page.getByTestId('label-key-0').fill('system.mine');
  await page.getByTestId('label-fault').waitFor();
  assert.ok(await page.getByTestId('dialog-execute').getByTestId('action-confirm').isDisabled());
  await page.getByTestId('label-key-0').fill('team');
  await page.getByTestId('dialog-execute').getByLabel('Value').fill('sre');
  await page.getByTestId('dialog-execute').getByTestId('action-confirm').click();
  await page.getByTestId('dialog-trigger').getByTestId('action-confirm').click();
  await page.getByTestId('page-execution').waitFor();
  const id = /\/filled\/(\w+)\/gantt/.exec(page.url())[1];
  const { inputs } = await gyr.until(id, 'SUCCESS');
  assert.equal(inputs.own, 'standard');
  assert.equal(inputs.kept, 'stays');
  assert.ok(inputs.pre === null || inputs.pre === undefined, `an emptied prefill is null, not ${JSON.stringify(inputs.pre)}`);
}));

// UI-535, UI-536
test('execute: filled from an earlier execution, by an address, and with the last values; secrets are not copied', () => gyr.page(async (page) => {
  const source = (more) => `id: fill\nnamespace: company.team\ninputs:\n  - {id: name, type: STRING}\n  - {id: when.day, type: DATE, required: false}\n  - {id: token, type: SECRET, required: false}\n${more}tasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.name }}"}\n`;
  await gyr.flow(source('  - {id: old, type: STRING, required: false}\n'));
  const form = new FormData();
  for (const [key, value] of [['name', 'first'], ['when.day', '2026-02-03'], ['token', 'hidden-value'], ['old', 'gone']]) form.append(key, value);
  const { id } = await gyr.api('POST', 'executions/company.team/fill?labels=team:sre', form);
  await gyr.until(id, 'SUCCESS');
  await gyr.api('PUT', 'flows/company.team/fill', source(''), { 'Content-Type': 'application/x-yaml' });
  await page.goto(`${gyr.address}main/flows/edit/company.team/fill/overview`);
  await page.getByTestId('action-execute').click();
  const dialog = page.getByTestId('dialog-execute');
  await input(page, 'name').waitFor();
  assert.equal(await page.getByTestId('action-fill-last').count(), 0, 'nothing was entered here yet');
  await page.getByTestId('action-fill-from').click();
  await page.getByTestId('prefill-text').fill('label.team=nobody');
  await page.getByTestId('prefill-none').waitFor();
  await page.getByTestId('prefill-text').fill('label.team=sre');
  await page.getByTestId(`prefill-${id}`).click();
  const said = await page.getByTestId('prefilled').innerText();
  assert.match(said, /old/);
  assert.match(said, /token/);
  assert.equal(await input(page, 'name').inputValue(), 'first');
  assert.equal(await input(page, 'when.day').inputValue(), '2026-02-03');
  assert.equal(await input(page, 'token').inputValue(), '');
  assert.equal(await dialog.getByTestId('label-key-0').inputValue(), 'team');
  await input(page, 'name').fill('second');
  await input(page, 'token').fill('other-secret');
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('page-execution').waitFor();
  assert.equal(await page.evaluate(() => Object.values(localStorage).some((text) => text.includes('other-secret'))), false);

  // The last values, after a reload too.
  await page.goto(`${gyr.address}main/flows/edit/company.team/fill/overview`);
  await page.getByTestId('action-execute').click();
  await input(page, 'name').waitFor();
  await page.getByTestId('action-fill-last').click();
  await page.waitForFunction(() => document.getElementById('input-name')?.value === 'second');
  assert.equal(await input(page, 'token').inputValue(), '');

  // By an address, which is then that of the page again.
  await page.goto(`${gyr.address}main/flows/edit/company.team/fill/overview?input.name=by%20address&input.when.day=2026-05-06`);
  await input(page, 'name').waitFor();
  assert.equal(await input(page, 'name').inputValue(), 'by address');
  assert.equal(await input(page, 'when.day').inputValue(), '2026-05-06');
  await page.waitForURL((url) => url.search === '');
  await page.goto(`${gyr.address}main/flows/edit/company.team/fill/overview?prefill=${id}`);
  await page.getByTestId('prefilled').waitFor();
  assert.equal(await input(page, 'name').inputValue(), 'first');
}));

// UI-552
test('execute: with 200 inputs a burst of keys asks the server once, and an older question is ended', () => gyr.page(async (page) => {
  await gyr.flow(`id: many\nnamespace: company.team\ninputs:\n${Array.from({ length: 200 }, (_, i) => `  - {id: in${i}, type: STRING, required: false}\n`).join('')}tasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n`);
  await page.goto(`${gyr.address}main/flows/edit/company.team/many/overview`);
  await page.getByTestId('action-execute').click();
  await input(page, 'in199').waitFor();
  const asked = [];
  const ended = [];
  page.on('request', (request) => { if (request.url().endsWith('/validate')) asked.push(request); });
  page.on('requestfailed', (request) => { if (request.url().endsWith('/validate')) ended.push(request); });
  let release;
  const free = new Promise((resolve) => { release = resolve; });
  await page.route(/\/many\/validate$/, async (route) => { await free; await route.continue().catch(() => undefined); });
  const first = page.waitForRequest(/\/many\/validate$/);
  await input(page, 'in0').pressSequentially('twenty characters...');
  await first;
  const before = asked.length;
  assert.ok(before <= 2, `20 keys asked ${before} times`);
  const failed = page.waitForEvent('requestfailed');
  const second = page.waitForRequest(/\/many\/validate$/);
  await input(page, 'in199').fill('y');
  await second;
  await failed;
  assert.ok(ended.length >= 1, 'the older question goes on');
  assert.match((await asked.at(-1).postDataBuffer()).toString(), /in199[^]*y/);
  release();
}));
