// What a page asks for when it is opened, and in which order: everything at once that can be.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenedPage, openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';

const LIMIT_MS = 60_000;
const PATHS = ['/', '/items/shop/first', '/runs/shop/first/build/1', '/queues', '/fleet'];

/** Paths that were asked for, in their order, without the icon: the browser asks for it when it likes. */
function askedBy({ requests }: OpenedPage): string[] {
  const paths = requests.map((request) => new URL(request.url()).pathname);
  return paths.filter((path) => !path.endsWith('.svg'));
}

/** What of the page itself was only found once something else of it had run. */
function foundLate(opened: OpenedPage): string[] {
  const asked = askedBy(opened);
  return asked.slice(asked.indexOf('/api/session')).filter((path) => path.startsWith('/page/'));
}

testInBrowser(
  'every file of a page is asked for once, and before anything runs that could find it',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/first');
    const opened = await Promise.all(
      PATHS.map(async (path) => {
        const tab = await openPage(browser, fleet, path);
        await tab.page.locator('main h1').waitFor();
        return tab;
      }),
    );
    const files = opened.map((tab) => askedBy(tab).filter((path) => path.startsWith('/page/')));

    assert.equal(opened.flatMap(foundLate), []);
    assert.ok(files.every((paths) => paths.length > 10 && new Set(paths).size === paths.length));
    assert.equal(
      opened.flatMap((tab) => complaintsOf(tab)),
      [],
    );
  }),
);

testInBrowser(
  'the chart of an item and of a run is drawn while their data is still read',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/drawn');
    const { page } = await openPage(browser, fleet, '/fleet');
    const held: (() => void)[] = [];
    await page.route(/\/api\/(?:items|runs)\//, async (route) => {
      await new Promise<void>((resolve) => void held.push(resolve));
      await route.continue();
    });
    const open = (path: string) => page.goto(`${fleet.url}${path}`);
    await Promise.all([page.waitForResponse('**/charts/items/**'), open('/items/shop/drawn')]);
    await Promise.all([
      page.waitForResponse('**/charts/run.svg'),
      open('/runs/shop/drawn/build/1'),
    ]);
    const shownBefore = await page.locator('main h1').count();
    for (const go of held) go();
    await page.locator('main h1').waitFor();

    assert.is(shownBefore, 0);
  }),
);

test.after(strikeStage);
test.run();
