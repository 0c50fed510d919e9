// Going back and forth, and loading a page again: one is where one was.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';

const LIMIT_MS = 60_000;

/** Looked at with every frame: the page's policy lets nothing be evaluated in it by itself. */
function holds(page: Page, condition: string): Promise<unknown> {
  const look = `const look = () => (${condition} ? resolve(true) : requestAnimationFrame(look));`;
  return page.evaluate(`new Promise((resolve) => { ${look} look(); })`);
}

/** Resolves once the page has noted it. */
async function scrollTo(page: Page, y: number): Promise<void> {
  await page.evaluate(`scrollTo(0, ${y})`);
  await holds(page, `history.state?.scrollY === ${y}`);
}

async function isAt(page: Page, title: string, y: number): Promise<void> {
  await page.locator('h1', { hasText: title }).waitFor();
  await holds(page, `scrollY === ${y}`);
}

testInBrowser(
  'a page that is loaded again, gone back to or forward to is where it was scrolled to',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/history');
    const opened = await openPage(browser, fleet, '/runs/shop/history/build/1');
    const { page } = opened;
    await page.setViewportSize({ width: 1280, height: 400 });
    await page.locator('.chart svg').waitFor();
    await scrollTo(page, 500);
    await page.reload();
    await isAt(page, 'build/1', 500);
    // A click of the mouse would scroll to what is clicked.
    await page.locator('.crumbs a', { hasText: 'history' }).dispatchEvent('click');
    await isAt(page, 'Title of shop/history', 0);
    await scrollTo(page, 120);
    await page.goBack();
    await isAt(page, 'build/1', 500);
    await page.goForward();
    await isAt(page, 'Title of shop/history', 120);

    assert.equal(complaintsOf(opened), []);
  }),
);

test.after(strikeStage);
test.run();
