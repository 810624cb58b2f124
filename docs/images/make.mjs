// Makes the pictures of README from the program and its pages: node docs/images/make.mjs. Look at them before you commit them.
import { fileURLToPath } from 'node:url';
import { start } from '../../tests/e2e/program.mjs';

const flow = `
id: daily_sales
namespace: shop.analytics
description: Loads yesterday's orders, checks them and publishes the report.
labels: {team: data, tier: gold}
tasks:
  - id: extract
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: orders, type: io.kestra.plugin.core.flow.Sleep, duration: PT1.9S}
      - {id: customers, type: io.kestra.plugin.core.flow.Sleep, duration: PT1.1S}
      - {id: prices, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.6S}
  - {id: check_rows, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.8S}
  - id: transform
    type: io.kestra.plugin.core.flow.ForEach
    values: [north, south, west]
    concurrencyLimit: 2
    tasks:
      - {id: region, type: io.kestra.plugin.core.flow.Sleep, duration: PT0.7S}
  - {id: publish, type: io.kestra.plugin.core.log.Log, message: "Published {{ outputs | length }} parts"}
triggers:
  - {id: every_morning, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 6 * * *"}
`;

const gyr = await start(import.meta.url);
try {
  await gyr.flow(flow);
  const { id } = await gyr.execute('shop.analytics', 'daily_sales');
  await gyr.until(id, 'SUCCESS');
  await gyr.page(async (page) => {
    await page.goto(`${gyr.address}main/executions/shop.analytics/daily_sales/${id}/gantt`);
    await page.getByText('publish').first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: fileURLToPath(new URL('execution.png', import.meta.url)) });
  }, { width: 1280, height: 540 });
} finally {
  await gyr.stop();
}
