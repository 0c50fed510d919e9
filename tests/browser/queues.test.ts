// Time limit: 180 s
// Merge queues on the page: the train and what it leads to, the lease, live changes, and what a person may say.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage, type PageFleet } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { openActorPage, reportAsHolder, squeezed } from './actor-page.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { scriptFrom } from './hostile-fleet.ts';
import { runInPage } from './in-page.ts';
import {
  storeAwaitingQueue,
  storeBusyQueue,
  storeFrozenQueue,
  storeHuntingQueue,
} from './stored-queues.ts';

const LIMIT_MS = 60_000;
const LEAST_CONTRAST = 4.5;
const PHONE = { width: 360, height: 740 };

const openQueue = (store: (key: string) => Promise<void>, key: string) =>
  openActorPage('/queues', store, key);

/** What the holder reports of what is under way. */
const report = (fleet: PageFleet, address: string, said: Parameters<typeof reportAsHolder>[2]) =>
  reportAsHolder(fleet, { bucket: 'onceward-merges', address }, said);

testInBrowser(
  'a queue shows who is tried together, who is next, who holds the lease and how the last trial went',
  within(LIMIT_MS, async () => {
    const { opened, page, textOf } = await openQueue(storeBusyQueue, 'shop.busy');
    const train = await textOf('Train');
    const groups = await page.locator('ol.train').evaluateAll((lists) =>
      lists.map((list) => ({
        name: list.getAttribute('aria-label'),
        items: [...list.querySelectorAll('.title')].map((link) => link.getAttribute('href')),
      })),
    );
    const lease = await textOf('Merge lease');

    assert.equal(groups, [
      { name: 'Trial 2: being tested, 2 together', items: ['/items/shop/2', '/items/shop/3'] },
      { name: 'Next, if trial 2 lands', items: ['/items/shop/4'] },
    ]);
    assert.match(train, 'waits for trial 2 to pass, together with 3');
    assert.match(lease, /Held byworker-1.*Token\d+.*Doinggate 2 of 3: npm test.*watermark 3/);
    assert.match(
      await textOf('Trial under way'),
      /If greenthey land; then shop\/4If redthen shop\/2$/,
    );
    assert.match(await textOf('Recent trials'), /1✓ landedshop\/1\d+ min/);
    assert.match(await textOf('Landings and returns'), /shop\/1land\/1✓ landed/);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a hunt names its suspects, and the trial that was red says what it said',
  within(LIMIT_MS, async () => {
    const { opened, page, textOf } = await openQueue(storeHuntingQueue, 'shop.hunt');
    const suspects = page.locator('ol.train > li', { hasText: 'suspect' });

    assert.match(await textOf('Hunt'), /Suspectsshop\/2, shop\/3, shop\/4, shop\/5Trials left5/);
    assert.is(await suspects.count(), 4);
    assert.match(await textOf('Train'), /Suspects4?.*waits for the other suspects/);
    assert.match(await textOf('Recent trials'), /2✕ red.*exit-code: 2 tests failed/);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'while only the forge is waited for nobody holds the lease, and that is said',
  within(LIMIT_MS, async () => {
    const { page, textOf } = await openQueue(storeAwaitingQueue, 'shop.awaiting');
    const steps = await page.locator('.steps li').allTextContents();

    assert.match(await textOf('Merge lease'), 'only the checks of the forge are waited for');
    assert.equal(steps, [
      ...['✓ prepare: done', '✓ gates: done', '● checks: under way'],
      ...['○ merge: not yet', '○ verify: not yet'],
    ]);
  }),
);

testInBrowser(
  'what the holder reports is lit in the statechart and shown in the train while one looks',
  within(LIMIT_MS, async () => {
    const { fleet, opened, page } = await openQueue(storeBusyQueue, 'shop.live');
    const lit = (state: string) => page.locator(`.chart [data-state="${state}"].active`).waitFor();
    await lit('validating');
    await page.evaluate('window.isSamePage = true');
    // What is read is held back: the chart is lit by the news alone.
    let letGo = () => {};
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/api/queues/shop/live', async (route) => {
      await released;
      await route.continue();
    });
    const data = { kind: 'pass', cause: 'gates' };
    const outcome = await report(fleet, 'merge.shop.live', { type: 'validated', data });
    await lit('merging');
    letGo();
    await page.getByRole('list', { name: 'Trial 2: on the way to the base, 2 together' }).waitFor();
    const badges = await page.locator('ol.train[data-group="tried"] .badge').allTextContents();

    assert.is(outcome, 'applied');
    assert.equal(badges, ['● merging', '● merging']);
    assert.is(await page.evaluate('window.isSamePage'), true);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a person puts an item first and freezes a queue, without a mouse',
  within(LIMIT_MS, async () => {
    const { opened, page } = await openQueue(storeHuntingQueue, 'shop.frozen');
    await page.getByRole('button', { name: 'Move shop/5 first' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Send move' }).click();
    await page.locator('li[data-key="shop/5"] .tag', { hasText: 'moved' }).waitFor();
    await page.getByRole('button', { name: 'freeze', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog', { name: 'Send freeze' })
      .getByLabel('Data')
      .fill('{"reason":"cut"}');
    await page.getByRole('button', { name: 'Send freeze' }).click();
    const note = page.locator('.headline .parking');
    await note.waitFor();

    assert.match(squeezed(await note.textContent()), /^▲ frozen, operator: cut\s?by operator/);
    await page.getByRole('button', { name: 'resume', exact: true }).waitFor();
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'all queues are reached by a key, each leads to its own page, and a new one appears while one looks',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await storeBusyQueue('shop.listed');
    const opened = await openPage(browser, fleet, '/');
    const { page } = opened;
    await page.getByRole('heading', { name: 'Board' }).waitFor();
    await page.keyboard.press('q');
    await page.getByRole('heading', { name: 'Merge queues' }).waitFor();
    const present = await page.locator('nav a[aria-current="page"]').textContent();
    await page.getByRole('region', { name: 'shop main' }).first().waitFor();
    await storeFrozenQueue('late.main', 'too early');
    const late = page.getByRole('region', { name: 'late main' });
    await late.getByText('too early').waitFor();
    await late.getByRole('link', { name: 'late main' }).click();
    await page.getByRole('heading', { name: 'main of late' }).waitFor();

    assert.is(present, 'Queues');
    assert.is(new URL(page.url()).pathname, '/queues/late/main');
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'script in titles and reasons of a queue is shown as text',
  within(LIMIT_MS, async () => {
    const hostile = (key: string) =>
      storeFrozenQueue(key, scriptFrom('freeze'), scriptFrom('title'));
    const { opened, page } = await openQueue(hostile, 'shop.hostile');
    await page.getByText(`alert('title')`).waitFor();
    const text = (await page.locator('main').textContent()) ?? '';

    assert.ok(text.includes(scriptFrom('freeze')));
    assert.is(await page.locator('main [onerror], main img, main script').count(), 0);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a queue that nobody has come to yet is told to be none',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    const opened = await openPage(browser, fleet, '/queues/shop/nowhere');
    await opened.page.getByRole('heading', { name: 'Not found' }).waitFor();

    assert.match((await opened.page.locator('main').textContent()) ?? '', 'does not exist');
    assert.equal(complaintsOf(opened, 404), []);
  }),
);

testInBrowser(
  'queues can be read in both colour schemes, and on a phone',
  within(LIMIT_MS, async () => {
    const { page: one } = await openQueue(storeHuntingQueue, 'shop.looks');
    const { fleet, browser } = await setStage();
    const { page: all } = await openPage(browser, fleet, '/queues');
    await all.locator('section.queue').first().waitFor();
    await one.locator('.loading').waitFor({ state: 'detached' });
    const seen = await Promise.all(
      [one, all].map(async (page) => {
        const paleIn = async (colorScheme: 'light' | 'dark') => {
          await page.emulateMedia({ colorScheme });
          return (await runInPage<{ pale: string[] }>(page, 'contrast-script', LEAST_CONTRAST))
            .pale;
        };
        const pale = [...(await paleIn('light')), ...(await paleIn('dark'))];
        await page.setViewportSize(PHONE);
        return { pale, width: await page.evaluate('document.documentElement.scrollWidth') };
      }),
    );

    assert.equal(seen, Array(2).fill({ pale: [], width: PHONE.width }));
  }),
);

test.after(strikeStage);
test.run();
