// Time limit: 180 s
// The board with five thousand items: few of them in the document, all of them found, counted and reached.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { type StoredItems, storeItems } from './stored-items.ts';

const LIMIT_MS = 60_000;
const ITEMS = 5_000;
/** A screen of 800 pixels shows fifteen; there are some above and below. */
const MAX_ROWS = 60;

let stored: Promise<StoredItems> | undefined;

async function openBoard(query = '') {
  const { fleet, browser } = await setStage();
  stored ??= storeItems(fleet, ITEMS);
  const items = await stored;
  const opened = await openPage(browser, fleet, `/?${query}`);
  await opened.page.locator('.rows a').first().waitFor();
  return { fleet, opened, items, page: opened.page };
}

/** Resolves once the summary says so many. */
async function isCounted(page: Page, items: string): Promise<void> {
  await page.locator('.summary', { hasText: new RegExp(`^${items}$`) }).waitFor();
}

function rows(page: Page): Promise<number> {
  return page.locator('.rows > .row').count();
}

function chip(page: Page, name: string) {
  return page.getByRole('group').getByRole('button', { name });
}

testInBrowser(
  'of five thousand items only those in view are in the document, from the first to the last',
  within(LIMIT_MS, async () => {
    const { opened, page } = await openBoard();
    await isCounted(page, '5,001 items');
    const before = await rows(page);
    await page.keyboard.press('End');
    await page.locator('.rows a:focus').waitFor();
    const last = await page.locator('.rows a:focus').textContent();
    const after = await rows(page);
    await page.keyboard.press('Home');
    await page.getByRole('link', { name: `Item ${10_000 + ITEMS - 1}`, exact: true }).waitFor();

    assert.ok(before > 10 && before < MAX_ROWS, `${before} rows`);
    assert.ok(after > 10 && after < MAX_ROWS, `${after} rows`);
    assert.is(last, 'Item', 'the one that was stored first is last');
    assert.is(await page.getByRole('table').getAttribute('aria-rowcount'), '5002');
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'scrolling shows the rows that belong there, wherever one lets go',
  within(LIMIT_MS, async () => {
    const { opened, page } = await openBoard();
    await isCounted(page, '5,001 items');
    const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
    await page.mouse.move(640, 500);
    await page.mouse.wheel(0, height / 2);
    const middle = page.locator('.rows .row[aria-rowindex="2502"] code');
    await middle.waitFor();

    // Newest first: the row with index 2 is the newest, bulk-14999.
    assert.is(await middle.textContent(), 'shop/bulk-12499');
    assert.ok((await rows(page)) < MAX_ROWS);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'text, state and stage filter all items, and the counts are over the other filters',
  within(LIMIT_MS, async () => {
    const { opened, page, items } = await openBoard();
    await chip(page, 'parked').click();
    await isCounted(page, `${items.parked} items`);
    const why = await page.locator('.rows em').first().textContent();
    await page.getByLabel('Filter items').fill('item 1000');
    await isCounted(page, '1 item');
    const found = await page.locator('.rows code').textContent();
    await chip(page, 'parked').click();
    await isCounted(page, '10 items');
    const shipping = await chip(page, 'ship').textContent();
    await chip(page, 'ship').click();
    await isCounted(page, '2 items');
    const query = new URL(page.url()).search;
    await page.getByRole('button', { name: 'Clear' }).click();
    await isCounted(page, '5,001 items');

    assert.is(why, 'not-landed: the commit was not seen on main');
    assert.is(found, 'shop/bulk-10000');
    assert.is(shipping, 'ship2');
    assert.is(query, '?q=item+1000&stage=ship');
    assert.equal(
      await page.getByRole('group', { name: 'States' }).getByRole('button').allTextContents(),
      ['● active.working4,001', '▲ awaitingApproval500', '▲ parked500'],
    );
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a filter in the address is the filter of the board, and an item that moves is shown at once',
  within(LIMIT_MS, async () => {
    const { fleet, page, items } = await openBoard('stage=ship');
    await isCounted(page, `${items.ship.toLocaleString('en')} items`);
    await page.getByRole('button', { name: 'Clear' }).click();
    await fleet.submit('desk/new', 'Only now');

    await page.getByRole('link', { name: 'Only now' }).waitFor();
    await isCounted(page, '5,002 items');
  }),
);

test.after(strikeStage);
test.run();
