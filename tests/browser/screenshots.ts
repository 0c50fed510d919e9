// Takes the pictures of docs/inspecting.md, from a sample fleet in a real browser: `npm run screenshots`.
// It must never be part of the tests: pictures differ with the fonts of a machine.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closeBrowsers, launchBrowser } from '../support/chromium.ts';
import { closePageFleets } from '../support/page-fixture.ts';
import { startSampleFleet } from './sample-fleet.ts';

const FOLDER = 'docs/images';
const DESKTOP = { width: 1280, height: 800 };
const PAGES: Readonly<Record<string, string>> = {
  board: '/',
  item: '/items/shop/search-31',
  run: '/runs/shop/checkout-17/build/1',
  fleet: '/fleet',
};

const fleet = await startSampleFleet();
try {
  await fleet.ready;
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launchBrowser();
  for (const [name, path] of Object.entries(PAGES)) {
    const page = await browser.newPage({ viewport: DESKTOP });
    await page.goto(`${fleet.url}${path}`);
    await page.waitForSelector('h1');
    await page.waitForLoadState('load');
    if (name !== 'board' && name !== 'fleet') await page.waitForSelector('svg .active');
    else await page.waitForTimeout(1_000);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await page.close();
  }
} finally {
  await closeBrowsers();
  await closePageFleets();
}
