// Takes the pictures of docs/inspecting.md, from a sample fleet in a real browser: `npm run screenshots`.
// It must never be part of the tests: pictures differ with the fonts of a machine.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { closeBrowsers, launchBrowser } from '../support/chromium.ts';
import { stopNatsServer } from '../support/nats-server.ts';
import { closePageFleets } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { startSampleFleet } from './sample-fleet.ts';

const FOLDER = 'docs/images';
/** Until streams have answered and what fades in has. */
const SETTLING_MS = 1_500;
const DESKTOP = { width: 1280, height: 800 };
const PAGES: Readonly<Record<string, string>> = {
  board: '/',
  item: '/items/shop/search-31',
  run: '/runs/shop/checkout-17/build/1',
  fleet: '/fleet',
};

const LIMIT_MS = 120_000;

await within(LIMIT_MS, async () => {
  const fleet = await startSampleFleet();
  try {
    await fleet.ready;
    mkdirSync(FOLDER, { recursive: true });
    const browser = await launchBrowser();
    for (const [name, path] of Object.entries(PAGES)) {
      await takePicture(browser, `${fleet.url}${path}`, join(FOLDER, `${name}.png`));
    }
  } finally {
    await closeBrowsers();
    await closePageFleets();
    await stopNatsServer();
  }
})();

async function takePicture(browser: Browser, url: string, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: DESKTOP });
  await page.goto(url);
  await page.waitForSelector('h1');
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  await page.waitForTimeout(SETTLING_MS);
  await page.screenshot({ path });
  await page.close();
  process.stdout.write(`${path}\n`);
}
