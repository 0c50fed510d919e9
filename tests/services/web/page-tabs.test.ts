// Time limit: 240 s
// Many tabs of one server in a real browser, which has six connections for all of them together.
import type { BrowserContext, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chromiumOfThisMachine, closeBrowsers, launchBrowser } from '../../support/chromium.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { closePageFleets, startPageFleet } from '../../support/page-fixture.ts';
import { within } from '../../support/within.ts';

const SHOWN_WITHIN_MS = 15_000;

const found = await chromiumOfThisMachine();
const missing = 'missing' in found ? found.missing : null;
if (missing !== null) process.stdout.write(`skipped: tabs of the page (${missing})\n`);
const testInBrowser = missing === null ? test : test.skip;

/** As the browser does when another tab comes before this one, or goes: without a window all would be seen. */
const makeHidden = (page: Page, isHidden: boolean) =>
  page.evaluate(`
    Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  `);

/** One after the other, each of them hidden when the next is opened. */
async function openTabs(
  context: BrowserContext,
  { count, url }: { count: number; url: string },
): Promise<Page[]> {
  const pages: Page[] = [];
  while (pages.length < count) {
    const page = await context.newPage();
    await page.goto(url, { timeout: SHOWN_WITHIN_MS });
    await page.locator('[data-state="running.queued"].active').waitFor();
    await makeHidden(page, true);
    pages.push(page);
  }
  return pages;
}

testInBrowser(
  'tabs that nobody sees keep no connection, and are up to date once they are seen',
  within(120_000, async () => {
    const fleet = await startPageFleet();
    const browser = await launchBrowser();
    const context = await browser.newContext();
    await fleet.submit('shop/1');
    const [first] = await openTabs(context, { count: 8, url: `${fleet.url}/runs/shop/1/build/1` });
    assert.ok(first);
    await fleet.send('shop/1/build/1', 'started', { worker: 'publisher-1' });
    await makeHidden(first, false);
    await first.locator('[data-state="running.starting"].active').waitFor();
    await fleet.send('shop/1/build/1', 'progress', {});
    await first.locator('[data-state="running.working"].active').waitFor();

    assert.is(context.pages().length, 8);
    await fleet.close();
  }),
);

test.after(async () => {
  await closeBrowsers();
  await closePageFleets();
  await stopNatsServer();
});

test.run();
