import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { start } from './program.mjs';

let gyr;
before(async () => {
  gyr = await start(import.meta.url);
  for (const namespace of ['infra.network.dns', 'infra.cloud', 'finops']) await gyr.flow(`id: one\nnamespace: ${namespace}\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n`);
});
after(() => gyr?.stop());

// UI-740, UI-741
test('namespaces: the tree shows parents, every tab opens by its address', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/namespaces`);
  await page.getByTestId('namespace-infra.network').waitFor();
  await page.getByTestId('filter-text').fill('dns');
  await page.getByTestId('namespace-finops').waitFor({ state: 'detached' });
  await page.getByTestId('namespace-infra.network.dns').click();
  await page.getByTestId('page-namespace').waitFor();
  for (const [tab, ready] of [['overview', 'dashboard'], ['flows', 'row-one'], ['executions', 'page-flow-executions'], ['dependencies', 'page-namespace'], ['secrets', 'page-secrets'], ['variables', 'text-editor'], ['plugin-defaults', 'text-editor'], ['kv', 'page-kv'], ['files', 'page-files']]) {
    await page.goto(`${gyr.address}main/namespaces/edit/infra.network.dns/${tab}`);
    await page.getByTestId(ready).first().waitFor();
    assert.equal(await page.getByTestId(`tab-${tab}`).getAttribute('aria-current'), 'page');
  }
}));

test('variables are saved as they are written, and inherited below', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/namespaces/edit/infra/variables`);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.type('{"region": "eu"');
  await page.getByText('this is not JSON').waitFor();
  await page.keyboard.type('}');
  await page.getByTestId('action-save').click();
  await page.getByTestId('toast').waitFor();
  assert.deepEqual((await gyr.api('GET', 'namespaces/infra')).variables, { region: 'eu' });
  await page.goto(`${gyr.address}main/namespaces/edit/infra.cloud/variables`);
  await page.getByText('"region"').waitFor();
}));

// UI-365, UI-366, UI-743
test('files: make, edit, upload, rename, delete; the text is there after a reload', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/namespaces/edit/infra.cloud/files`);
  await page.getByText('This namespace has no files').waitFor();
  await page.getByTestId('action-new-file').click();
  await page.locator('#file-name').fill('scripts/run.sh');
  await page.getByTestId('action-confirm').click();
  await page.locator('.cm-content').click();
  await page.keyboard.type('echo <img src=x onerror=alert(1)>');
  await page.keyboard.press('Control+s');
  await page.getByTestId('toast').getByText('Saved /scripts/run.sh').waitFor();
  await page.reload();
  await page.getByText('echo <img src=x onerror=alert(1)>').waitFor();
  await page.getByTestId('input-files').setInputFiles([{ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from('{}') }, { name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('b') }]);
  await page.getByTestId('file-/scripts/a.json').waitFor();
  await page.getByTestId('file-/scripts/b.txt').click();
  await page.getByTestId('files-more').click();
  await page.getByTestId('menu-item-rename').click();
  await page.locator('#file-name').fill('c.txt');
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('file-/scripts/c.txt').click();
  await page.getByTestId('files-more').click();
  await page.getByTestId('menu-item-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByTestId('file-/scripts/c.txt').waitFor({ state: 'detached' });
  assert.deepEqual((await gyr.api('GET', 'namespaces/infra.cloud/files/directory?path=/scripts')).map((one) => one.fileName).sort(), ['a.json', 'run.sh']);
}));

// UI-50, UI-365, UI-366
test('files: a draft follows its folder, and leaving asks; a large file is not opened', () => gyr.page(async (page) => {
  const write = (path, text) => {
    const form = new FormData();
    form.append('fileContent', new Blob([text]), 'x');
    return gyr.api('POST', `namespaces/finops/files?path=${path}`, form);
  };
  await write('/old/a.txt', 'a');
  await write('/old/b.txt', 'b');
  await write('/large.txt', 'x'.repeat(1_000_001));
  await page.goto(`${gyr.address}main/namespaces/edit/finops/files?file=/old/a.txt`);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' draft');
  await page.getByTestId('file-/old').click({ clickCount: 2 }); // closed and opened again
  const rename = async (name) => {
    await page.getByTestId('files-more').click();
    await page.getByTestId('menu-item-rename').click();
    await page.locator('#file-name').fill(name);
  };
  await rename('large.txt'); // a name beside the folder, not in it
  await page.getByTestId('dialog-file').getByText('A file or a folder with this name exists').waitFor();
  await page.locator('#file-name').fill('b.txt');
  await page.getByTestId('action-confirm').click();
  await page.waitForURL(/file=\/b\.txt\/a\.txt$/);
  await page.locator('.cm-content').getByText('a draft').waitFor();
  assert.equal(await page.getByTestId('failure').count(), 0);
  // Another namespace is the same page with another parameter.
  await page.getByTestId('namespace-infra.cloud').click();
  await page.getByTestId('dialog-leave').getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.cm-content').getByText('a draft').waitFor();
  assert.match(page.url(), /finops/);
  await page.getByTestId('file-/b.txt').click();
  await page.getByTestId('files-more').click();
  await page.getByTestId('menu-item-delete').click();
  await page.getByTestId('action-confirm').click();
  await page.getByText('Choose a file').waitFor();
  await page.getByTestId('file-/large.txt').click();
  await page.getByTestId('file-large').waitFor();
  await page.getByTestId('namespace-infra.cloud').click(); // the draft is gone with its folder: nothing to ask
  await page.waitForURL(/infra\.cloud/);
}));

// UI-770
test('secrets: where the server reads them from its environment, the page says how', () => gyr.page(async (page) => {
  await page.goto(`${gyr.address}main/secrets`);
  await page.getByTestId('secrets-locked').waitFor();
  assert.equal(await page.getByTestId('action-create').count(), 0);
}));
