// Time limit: 180 s
// The page without a mouse: everything is reached, the focus is seen, kept in dialogs and given back after them.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { isIn } from './awaited-state.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { runInPage } from './in-page.ts';

const LIMIT_MS = 60_000;
const MAX_STOPS = 60;

interface Focus {
  name: string;
  isSeen: boolean;
}

/** Presses Tab until something of that name has the focus; every stop on the way. */
async function tabTo(page: Page, name: string): Promise<Focus[]> {
  const stops: Focus[] = [];
  while (stops.length < MAX_STOPS && stops.at(-1)?.name !== name) {
    await page.keyboard.press('Tab');
    stops.push(await runInPage<Focus>(page, 'focus-script'));
  }
  return stops;
}

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

testInBrowser(
  'from the board to an event that is sent, without a mouse',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/first', 'The first');
    await fleet.submit('desk/second', 'To be decided');
    const opened = await openPage(browser, fleet, `/#token=${fleet.token}`);
    const { page } = opened;
    await page.getByRole('link', { name: 'To be decided' }).waitFor();
    await press(page, '/');
    await page.keyboard.type('decided');
    await page.getByText('1 item', { exact: true }).waitFor();
    await press(page, 'Escape', 'ArrowDown');
    const row = await runInPage<Focus>(page, 'focus-script');
    await press(page, 'Enter');
    await page.getByRole('heading', { name: 'To be decided' }).waitFor();
    const stops = await tabTo(page, 'button approve');
    await press(page, 'Enter');
    const inDialog = await tabTo(page, 'button Send approve');
    await press(page, 'Enter');
    const sent = await isIn(fleet.session, 'desk/second/build/1', 'running.queued');

    assert.equal(row, { name: 'a To be decided', isSeen: true });
    assert.is(stops.at(-1)?.name, 'button approve');
    assert.equal(
      [...stops, ...inDialog].filter(({ isSeen }) => !isSeen),
      [],
    );
    assert.ok(sent > 0);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a dialog keeps the focus, Escape closes it, and the focus goes back',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/dialog', 'A dialog');
    const { page } = await openPage(browser, fleet, `/runs/shop/dialog/build/1`);
    await page.getByRole('button', { name: 'exited', exact: true }).focus();
    await press(page, 'Enter');
    await page.getByRole('dialog', { name: 'Send exited' }).waitFor();
    const stops = await tabTo(page, 'nothing of that name');
    await press(page, 'Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    // Between two rounds the focus is with the browser itself.
    assert.equal([...new Set(stops.map(({ name }) => name))].sort(), [
      '',
      'button Cancel',
      'button Check first',
      'button Send exited',
      'textarea Data',
    ]);
    assert.equal(await runInPage(page, 'focus-script'), { name: 'button exited', isSeen: true });
  }),
);

testInBrowser(
  'the first stop leads to the content, and letters lead from view to view',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    const { page } = await openPage(browser, fleet, '/fleet');
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();
    await page.evaluate('document.activeElement.blur()');
    await press(page, 'Tab');
    const skip = await page.locator('.skip').boundingBox();
    await press(page, '?');
    const keys = await page.getByRole('dialog', { name: 'Keys' }).textContent();
    await press(page, 'Escape', 'b');
    await page.getByRole('heading', { name: 'Board' }).waitFor();
    await press(page, 'f');
    await page.getByRole('heading', { name: 'Fleet' }).waitFor();

    assert.ok(skip !== null && skip.y >= 0, 'the first stop is not seen');
    assert.match(keys ?? '', 'go to the board');
    assert.is(new URL(page.url()).pathname, '/fleet');
  }),
);

test.after(strikeStage);
test.run();
