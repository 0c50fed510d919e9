// The page of an item while the item moves on, and while it does not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';

const LIMIT_MS = 60_000;
const WORKER = 'publisher-1';

testInBrowser(
  'a stage in the drawing leads to its latest run, also when that was opened while one looked',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/stages');
    const end = async (run: string, kind: string) => {
      await fleet.send(run, 'started', { worker: WORKER });
      await fleet.send(run, 'exited', { code: 0 });
      await fleet.send(run, 'claim', { claimant: WORKER, verdict: { kind, cause: 'seen' } });
    };
    const opened = await openPage(browser, fleet, '/items/shop/stages');
    const { page } = opened;
    const link = (stage: string) => page.locator(`.chart a:has([data-stage="${stage}"])`);
    const leadsTo = (stage: string, attempt: number) =>
      page
        .locator(`.chart a[href="/runs/shop/stages/${stage}/${attempt}"] [data-stage="${stage}"]`)
        .waitFor();
    await leadsTo('build', 1);
    const shipBefore = await link('ship').count();
    await end('shop/stages/build/1', 'pass');
    await leadsTo('ship', 1);
    await end('shop/stages/ship/1', 'product_fail');
    await leadsTo('build', 2);
    await link('build').click();
    await page.locator('h1', { hasText: 'build/2' }).waitFor();

    assert.is(shipBefore, 0);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'what a run waits for is told anew although nothing happens to it',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/standing');
    await fleet.send('shop/standing/build/1', 'started', { worker: WORKER });
    await fleet.send('shop/standing/build/1', 'exited', { code: 0 });
    const paths = ['/items/shop/standing', '/runs/shop/standing/build/1'];
    const opened = await Promise.all(paths.map((path) => openPage(browser, fleet, path)));
    await Promise.all(
      opened.map(async ({ page }) => {
        const told = page.locator('.waits');
        const before = (await told.textContent()) ?? '';
        assert.match(before, 'grace ends in');
        await page.locator('.waits').filter({ hasNotText: before }).waitFor({ timeout: 15_000 });
      }),
    );

    assert.equal(
      opened.flatMap((one) => complaintsOf(one)),
      [],
    );
  }),
);

testInBrowser(
  'an address of nothing says so, and leads to the board',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    const paths = ['/nowhere', '/items/shop/%E0%A4%A'];
    const opened = await Promise.all(paths.map((path) => openPage(browser, fleet, path)));
    const titles = await Promise.all(opened.map(({ page }) => page.locator('h1').textContent()));
    const [first] = opened;
    await first?.page.getByRole('link', { name: 'To the board' }).click();
    await first?.page.locator('h1', { hasText: 'Board' }).waitFor();

    assert.equal(titles, ['There is no such page', 'There is no such page']);
    assert.equal(
      opened.flatMap((one) => complaintsOf(one, 404)),
      [],
    );
  }),
);

test.after(strikeStage);
test.run();
