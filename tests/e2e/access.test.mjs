import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axePath, start } from './program.mjs';

let gyr;
let failed;
before(async () => {
  gyr = await start(import.meta.url);
  await gyr.flow('id: fails\nnamespace: company.team\ndescription: Fails at the end\nlabels: {team: sre}\ninputs:\n  - {id: text, type: STRING, defaults: x}\n  - {id: site, type: SELECT, values: [a, b]}\n  - {id: flag, type: BOOL, defaults: true}\n  - {id: limit, type: DURATION, defaults: PT1H}\n  - {id: list, type: ARRAY, itemType: STRING, defaults: [a]}\n  - {id: file, type: FILE, required: false}\ntasks:\n  - {id: fine, type: io.kestra.plugin.core.log.Log, level: WARN, message: ok}\n  - {id: boom, type: io.kestra.plugin.core.execution.Fail, errorMessage: the disk is full}\n');
  failed = (await gyr.execute('company.team', 'fails', { site: 'a' })).id;
  await gyr.until(failed, 'FAILED');
});
after(() => gyr?.stop());

async function scan(page, where) {
  const serious = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
    return violations.filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.slice(0, 4).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
  });
  assert.deepEqual(serious, [], `${where}:\n${serious.join('\n')}`);
}

// UI-1033, UI-1037
for (const theme of ['light', 'dark']) {
  test(`access: no serious finding of axe on any page, ${theme}`, () => gyr.page(async (page, context) => {
    // axe is injected by the browser itself: the policy of the page allows no script of others.
    await context.addInitScript({ path: axePath });
    const execution = `main/executions/company.team/fails/${failed}`;
    for (const [path, ready] of [
      ['main/flows', '[data-testid="row-fails"]'],
      ['main/flows?filters[q][EQUALS]=nothing', '[data-testid="empty"]'],
      ['main/flows/new', '[data-testid="validity"]'],
      ['main/flows/edit/company.team/fails/edit', '[data-testid="validity"]'],
      ['main/flows/edit/company.team/fails/executions', `[data-testid="row-${failed}"]`],
      ['main/executions', `[data-testid="row-${failed}"]`],
      [`${execution}/overview`, '[data-testid="what-happened"]'],
      [`${execution}/gantt`, '[data-testid="run-boom"]'],
      [`${execution}/logs`, '[data-testid="log-1"]'],
      ['main/nothing', '[data-testid="page-404"]'],
    ]) {
      await page.goto(gyr.address + path);
      await page.locator(ready).first().waitFor();
      await scan(page, path);
    }
    await page.goto(`${gyr.address}main/flows/edit/company.team/fails/edit`);
    await page.getByTestId('action-execute').click();
    await page.locator('[id="input-text"]').waitFor();
    await scan(page, 'the execute dialog');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByTestId('palette').getByRole('option').first().waitFor();
    await scan(page, 'the palette');
  }, { theme, allow: [/status of 404/] }));
}
