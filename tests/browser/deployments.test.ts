// Time limit: 180 s
// Deployments on the page: what is live, what is done, how it is watched, live changes, and what a person may say.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage, type PageFleet } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { openActorPage, reportAsHolder, squeezed } from './actor-page.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { scriptFrom } from './hostile-fleet.ts';
import { runInPage } from './in-page.ts';
import {
  storeDegradedDeployment,
  storeHeldDeployment,
  storeWatchedDeployment,
} from './stored-deployments.ts';

const LIMIT_MS = 60_000;
const LEAST_CONTRAST = 4.5;
const PHONE = { width: 360, height: 740 };

const openDeployment = (store: (key: string) => Promise<void>, key: string) =>
  openActorPage('/deployments', store, key);

/** What the holder reports of what is under way. */
const report = (fleet: PageFleet, address: string, said: Parameters<typeof reportAsHolder>[2]) =>
  reportAsHolder(fleet, { bucket: 'onceward-deployments', address }, said);

testInBrowser(
  'a deployment shows what is live, what is under way with its stages, what waits, and who holds the lease',
  within(LIMIT_MS, async () => {
    const { opened, page, textOf } = await openDeployment(storeWatchedDeployment, 'shop.watched');
    const stages = await page.locator('.steps li').allTextContents();
    const waiting = await page
      .locator('ol.releases .title')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));

    assert.equal(stages, [
      ...['✓ assess: done', '✓ check: done', '✓ promote: done', '✓ deploy: done', '● watch: now'],
    ]);
    assert.match(await textOf('Live'), /Version222222222222 sha256:2+ of shop\/2.*Rolls back to1+/);
    assert.equal(waiting, ['/items/shop/3', '/items/shop/4']);
    assert.match(await textOf('Lease'), /Held byworker-1.*Doingmeasuring latency, orders/);
    assert.match(await textOf('Provenance'), /tag✓ agrees.*statement✓ agrees/);
    assert.match(await textOf('Under way'), /deploy42 s.*exit 0/);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'each probe has a chart of its measurements by their outcome, with its limit and what it was before',
  within(LIMIT_MS, async () => {
    const { opened, page } = await openDeployment(storeWatchedDeployment, 'shop.charts');
    const latency = page.locator('[data-probe="latency"]');
    const outcomes = await latency
      .locator('.point')
      .evaluateAll((points) => points.map((point) => point.getAttribute('data-outcome')));

    assert.equal(outcomes, ['good', 'good', 'error', 'bad']);
    assert.is(await latency.locator('.limit-line').count(), 1);
    assert.is(await latency.locator('.before-line').count(), 1);
    assert.is(
      await latency.locator('svg').getAttribute('aria-label'),
      '4 measurements of latency: 2 good, 1 bad, 1 could not be measured',
    );
    assert.match(
      squeezed(await latency.textContent()),
      /3 of 6 measured.*bad 1 \(1 allowed\).*at most 200 ms.*before 100 ms.*newest 870 ms/,
    );
    assert.match(squeezed(await page.locator('[data-probe="orders"]').textContent()), /shadow/);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'what a worker measures is drawn and lit while one looks',
  within(LIMIT_MS, async () => {
    const { fleet, opened, page } = await openDeployment(storeWatchedDeployment, 'shop.live');
    await page.locator('.chart [data-state="observing.measuring"].active').waitFor();
    await page.evaluate('window.isSamePage = true');
    const results = [{ probe: 'latency', outcome: 'good', value: 140 }];
    const data = { results };
    const outcome = await report(fleet, 'deployment.shop.live', { type: 'measured', data });
    await page.locator('[data-probe="latency"] svg[aria-label^="5 measurements"]').waitFor();

    assert.is(outcome, 'applied');
    assert.is(await page.evaluate('window.isSamePage'), true);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a person gives up a release whose origin is in doubt, without a mouse, and is not offered to accept it',
  within(LIMIT_MS, async () => {
    const { opened, page } = await openDeployment(storeHeldDeployment, 'shop.held');
    const note = squeezed(await page.locator('.headline .parking').textContent());
    const words = await page.locator('.decisions button').allTextContents();
    await page.getByRole('button', { name: 'Release: reject' }).focus();
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog', { name: 'Send release' })
      .getByLabel('Data')
      .fill('{"decision":"reject","reason":"wrong image"}');
    await page.getByRole('button', { name: 'Send release' }).click();
    await page.locator('.headline .badge', { hasText: 'healthy' }).waitFor();
    const ended = page.getByRole('table', { name: 'Operations' });

    assert.match(note, /^▲ a person decides: provenance mismatch: tag: expected sha256:1+/);
    assert.equal(words, ['retry', 'reject']);
    await ended.getByText('wrong image').waitFor();
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a version that proved bad is an incident with its evidence, and each word says what it leads to',
  within(LIMIT_MS, async () => {
    const { opened, page, textOf } = await openDeployment(storeDegradedDeployment, 'shop.bad');

    assert.match(
      await textOf('Incidents'),
      /shop\/22{12}.*exit-codeverify: orders fail: 500 of 612/,
    );
    assert.match(
      squeezed(await page.locator('.decisions').textContent()),
      /accepttakes what is live for good, although it had proved bad/,
    );
    await page.getByRole('button', { name: 'rollback', exact: true }).waitFor();
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'all deployments are reached by a key, each leads to its own page, and a new one appears while one looks',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await storeWatchedDeployment('shop.listed');
    const opened = await openPage(browser, fleet, '/');
    const { page } = opened;
    await page.getByRole('heading', { name: 'Board' }).waitFor();
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Deployments' }).waitFor();
    const present = await page.locator('nav a[aria-current="page"]').textContent();
    await page.getByRole('region', { name: 'shop listed' }).waitFor();
    await storeHeldDeployment('late.main');
    const late = page.getByRole('region', { name: 'late main' });
    await late.getByText('provenance mismatch').waitFor();
    await late.getByRole('link', { name: 'late main' }).click();
    await page.getByRole('heading', { name: 'main of late' }).waitFor();

    assert.is(present, 'Deployments');
    assert.is(new URL(page.url()).pathname, '/deployments/late/main');
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'script in titles of releases is shown as text',
  within(LIMIT_MS, async () => {
    const hostile = (key: string) => storeHeldDeployment(key, scriptFrom('title'));
    const { opened, page } = await openDeployment(hostile, 'shop.hostile');
    await page.getByText(`alert('title')`).first().waitFor();

    assert.is(await page.locator('main [onerror], main img, main script').count(), 0);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a deployment that nobody has come to yet is told to be none',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    const opened = await openPage(browser, fleet, '/deployments/shop/nowhere');
    await opened.page.getByRole('heading', { name: 'Not found' }).waitFor();

    assert.match((await opened.page.locator('main').textContent()) ?? '', 'does not exist');
    assert.equal(complaintsOf(opened, 404), []);
  }),
);

testInBrowser(
  'deployments can be read in both colour schemes, and on a phone',
  within(LIMIT_MS, async () => {
    const { page: one } = await openDeployment(storeWatchedDeployment, 'shop.looks');
    const { page: held } = await openDeployment(storeHeldDeployment, 'shop.looksheld');
    const { fleet, browser } = await setStage();
    const { page: all } = await openPage(browser, fleet, '/deployments');
    await all.locator('section.queue').first().waitFor();
    await one.locator('.loading').waitFor({ state: 'detached' });
    const seen = await Promise.all(
      [one, held, all].map(async (page) => {
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

    assert.equal(seen, Array(3).fill({ pale: [], width: PHONE.width }));
  }),
);

test.after(strikeStage);
test.run();
