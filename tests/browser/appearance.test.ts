// Time limit: 180 s
// What the page looks like, as far as it can be measured: contrast in both colour schemes, and the width of a phone.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenedPage, openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { runInPage } from './in-page.ts';

const LIMIT_MS = 60_000;
const LEAST_CONTRAST = 4.5;
const LEAST_TEXTS = 20;
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const RUN = '/runs/shop/looks/build/1';
const PATHS = ['/', '/items/shop/looks', '/items/desk/looks', RUN, '/fleet'];

interface Contrasts {
  seen: number;
  /** What is too pale, in words. */
  pale: string[];
}

let tabs: Promise<OpenedPage[]> | undefined;

/** Every page in a tab, the same at every call: whoever looks says first how wide it is and in which colours. */
function openTabs(): Promise<OpenedPage[]> {
  tabs ??= decorateAndOpen();
  return tabs;
}

/** With badges of many kinds, and with long words. */
async function decorateAndOpen(): Promise<OpenedPage[]> {
  const { fleet, browser } = await setStage();
  await fleet.submit('shop/looks', 'A title of many words that has to be cut somewhere on a phone');
  await fleet.submit('desk/looks', 'Averylongtitlewithoutanyblankinit'.repeat(4));
  await fleet.send('shop/looks/build/1', 'gone', { epoch: 1 });
  await fleet.send('shop/looks/build/1', 'started', { worker: `worker-${'long'.repeat(20)}` });
  return Promise.all(
    PATHS.map(async (path) => {
      const opened = await openPage(browser, fleet, path);
      await opened.page.locator('main h1').waitFor();
      // With its chart, where it has one.
      await opened.page.locator('.loading').waitFor({ state: 'detached' });
      return opened;
    }),
  );
}

/** Also with the charts in full size, where they have more to say. */
async function contrastsIn(colorScheme: 'light' | 'dark'): Promise<Contrasts[]> {
  const opened = await openTabs();
  return Promise.all(
    opened.map(async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(DESK);
      const fitted = await runInPage<Contrasts>(page, 'contrast-script', LEAST_CONTRAST);
      const zoom = page.locator('button[aria-pressed]', { hasText: /^(Full size|Fit)$/ });
      await Promise.all((await zoom.all()).map((button) => button.click()));
      const { pale } = await runInPage<Contrasts>(page, 'contrast-script', LEAST_CONTRAST);
      return { seen: fitted.seen, pale: [...fitted.pale, ...pale] };
    }),
  );
}

testInBrowser(
  'every text of every page has a contrast of at least 4.5 in light',
  within(LIMIT_MS, async () => {
    const pages = await contrastsIn('light');

    assert.equal(
      pages.flatMap(({ pale }) => pale),
      [],
    );
    assert.ok(pages.every(({ seen }) => seen > LEAST_TEXTS));
  }),
);

testInBrowser(
  'every text of every page has a contrast of at least 4.5 in the dark',
  within(LIMIT_MS, async () => {
    const pages = await contrastsIn('dark');

    assert.equal(
      pages.flatMap(({ pale }) => pale),
      [],
    );
    assert.ok(pages.every(({ seen }) => seen > LEAST_TEXTS));
  }),
);

testInBrowser(
  'no page is wider than a phone, nor is the dialog',
  within(LIMIT_MS, async () => {
    const opened = await openTabs();
    const widths = await Promise.all(
      opened.map(async ({ page }) => {
        await page.setViewportSize(PHONE);
        return page.evaluate('document.documentElement.scrollWidth');
      }),
    );
    const [, , , run] = opened;
    await run?.page.getByRole('button', { name: 'exited', exact: true }).click();
    const dialog = await run?.page.getByRole('dialog').boundingBox();

    assert.equal(
      widths,
      PATHS.map(() => PHONE.width),
    );
    assert.ok(dialog && dialog.x >= 0 && dialog.x + dialog.width <= PHONE.width);
    assert.equal(
      opened.flatMap((one) => complaintsOf(one)),
      [],
    );
  }),
);

test.after(strikeStage);
test.run();
