// The log of a run as the page shows it: its end first, on while it runs, and of no other epoch than it says.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { setStage, strikeStage, testInBrowser } from './browser-test.ts';

const LIMIT_MS = 60_000;
const DATA = '**/api/items/**';

/** The log of the item's first run, in an epoch. */
async function setup(item: string) {
  const { fleet, browser } = await setStage();
  const run = `shop/${item}/build/1`;
  const folder = join(fleet.stateDirectory, 'logs', 'shop', item);
  mkdirSync(folder, { recursive: true });
  const begin = async (worker: string) => {
    await fleet.send(run, 'started', { worker });
    await fleet.send(run, 'progress', { outputBytes: 1 });
  };
  await fleet.submit(`shop/${item}`);
  return {
    ...{ fleet, run, begin, fileOf: (epoch: number) => join(folder, `build.1.${epoch}.log`) },
    async open() {
      const { page } = await openPage(browser, fleet, `/items/shop/${item}`);
      return { page, log: page.locator('pre.log') };
    },
  };
}

testInBrowser(
  'a run that began again in another epoch is shown with the log of that epoch, from its beginning',
  within(LIMIT_MS, async () => {
    const { fleet, run, begin, fileOf, open } = await setup('epochs');
    writeFileSync(fileOf(1), 'the first life of it\n');
    await begin('worker-1');
    const { page, log } = await open();
    await log.getByText('the first life of it').waitFor();
    // What the page would read of the run between its two lives comes too late.
    await page.route(DATA, (route) => route.abort());
    writeFileSync(fileOf(2), 'the second life began, and has written more than the first\n');
    await fleet.send(run, 'worker-lost', { worker: 'worker-1', epoch: 1 });
    await begin('worker-2');
    await page.unroute(DATA);
    await fleet.send(run, 'progress', { outputBytes: 2 });
    await log.getByText('the second life began').waitFor();
    appendFileSync(fileOf(2), 'and goes on\n');
    await log.getByText('and goes on').waitFor();

    assert.is(
      await log.textContent(),
      'the second life began, and has written more than the first\nand goes on\n',
    );
  }),
);

testInBrowser(
  'a log that could not be read for a moment goes on, and no longer says so',
  within(LIMIT_MS, async () => {
    const { begin, fileOf, open } = await setup('hiccup');
    writeFileSync(fileOf(1), 'before\n');
    await begin('worker-1');
    const { page, log } = await open();
    await log.getByText('before').waitFor();
    await page.route('**/api/logs/**', (route) => route.fulfill({ status: 503, body: 'no' }));
    await page.getByText('the server answered 503').waitFor();
    await page.unroute('**/api/logs/**');
    appendFileSync(fileOf(1), 'after\n');
    await log.getByText('after').waitFor();

    assert.is(await log.textContent(), 'before\nafter\n');
    assert.is(await page.getByText('the server answered 503').count(), 0);
  }),
);

test.after(strikeStage);
test.run();
