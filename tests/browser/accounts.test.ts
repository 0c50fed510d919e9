// Accounts as the page shows them: above every view while one is suspended, and in the list of the fleet.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage, type PageFleet } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { scriptFrom } from './hostile-fleet.ts';
import { runInPage } from './in-page.ts';

const LIMIT_MS = 60_000;
const LEAST_CONTRAST = 4.5;
const SHOP = 'account.project.shop';

/** The account of the shop, opened by a run that has used something, and suspended with this evidence. */
async function suspend({ send, submit, session }: PageFleet, evidence: string): Promise<void> {
  const item = `shop/${Math.abs(Date.now()).toString(36)}`;
  await submit(item);
  await send(`${item}/build/1`, 'started', {});
  await send(`${item}/build/1`, 'progress', { usage: { usd: 1.23, inputTokens: 120_000 } });
  const data = { cause: 'usage-limit', evidence, resetAtMs: Date.now() + 3_600_000 };
  for (;;) {
    // Its run tells it to open; what comes before that is refused.
    const { outcome } = await session.asker.ask({ address: SHOP, type: 'suspend', data });
    if (outcome === 'applied') return;
  }
}

async function resume({ session }: PageFleet): Promise<void> {
  await session.asker.ask({ address: SHOP, type: 'resume', data: {} });
}

testInBrowser(
  'a suspended account is told above every view with its cause and the end, what its provider wrote as text',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await suspend(fleet, scriptFrom('evidence'));
    const opened = await openPage(browser, fleet, '/');
    const banner = opened.page.locator('#suspended');
    await banner.waitFor();
    const text = (await banner.textContent()) ?? '';
    await resume(fleet);
    await opened.page.reload();
    await opened.page.locator('main h1').waitFor();

    assert.match(text, /^▲ project shop: usage limit, until (?:[\d-]{10} )?\d\d:\d\d UTC /);
    assert.ok(text.includes(scriptFrom('evidence').slice(0, 100)));
    assert.ok(await banner.isHidden());
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'the fleet lists each account with what was used, what has no price, and the command that resumes it',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await suspend(fleet, scriptFrom('table'));
    const opened = await openPage(browser, fleet, '/fleet');
    const row = opened.page.getByRole('region', { name: 'Accounts' }).locator('tbody tr');
    await row.waitFor();
    const text = (await row.textContent()) ?? '';
    const copy = row.getByRole('button', { name: `Copy: onceward send ${SHOP} resume` });
    await copy.focus();
    await opened.page.keyboard.press('Enter');
    await row.getByText(/^(Copied|Press Ctrl\+C)$/).waitFor();
    await resume(fleet);

    assert.match(text, /^project shop/);
    assert.match(text, /\$\d+\.\d\d \+ \d+k tokens without a price/);
    assert.ok(text.includes(scriptFrom('table')));
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'what is said of a suspended account can be read in both colour schemes, and on a phone',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await suspend(fleet, 'limit reached, resets at 2pm; '.repeat(4) + 'x'.repeat(80));
    const { page } = await openPage(browser, fleet, '/fleet');
    await page.locator('#suspended').waitFor();
    await page.getByRole('region', { name: 'Accounts' }).locator('tbody tr').waitFor();
    const paleIn = async (colorScheme: 'light' | 'dark') => {
      await page.emulateMedia({ colorScheme });
      return (await runInPage<{ pale: string[] }>(page, 'contrast-script', LEAST_CONTRAST)).pale;
    };
    const pale = [await paleIn('light'), await paleIn('dark')];
    await page.setViewportSize({ width: 360, height: 740 });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    await resume(fleet);

    assert.equal(pale, [[], []]);
    assert.is(width, 360);
  }),
);

test.after(strikeStage);
test.run();
