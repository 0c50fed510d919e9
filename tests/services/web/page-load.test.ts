// Time limit: 240 s
// The page in a real browser before a real fleet: what it weighs, whom it asks, and that it shows hostile text as text.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chromiumOfThisMachine, closeBrowsers, launchBrowser } from '../../support/chromium.ts';
import { stopNatsServer } from '../../support/nats-server.ts';
import { closePageFleets, openPage, startPageFleet } from '../../support/page-fixture.ts';
import { within } from '../../support/within.ts';

const MAX_FIRST_LOAD_BYTES = 100_000;
const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>';

const found = await chromiumOfThisMachine();
const missing = 'missing' in found ? found.missing : null;
if (missing !== null) process.stdout.write(`skipped: the page in a browser (${missing})\n`);
const testInBrowser = missing === null ? test : test.skip;

async function setup() {
  const fleet = await startPageFleet();
  const browser = await launchBrowser();
  return { fleet, browser };
}

testInBrowser(
  'the first load is under 100 kB, asks nobody else, and complains of nothing',
  within(90_000, async () => {
    const { fleet, browser } = await setup();
    await fleet.submit('shop/1', HOSTILE);
    const { page, problems, foreign, loadedBytes } = await openPage(browser, fleet, '/');
    await page.getByRole('link', { name: HOSTILE }).waitFor();

    const bytes = await loadedBytes();
    assert.ok(bytes < MAX_FIRST_LOAD_BYTES, `${bytes} bytes`);
    assert.ok(bytes > 10_000, `${bytes} bytes: the files were not counted`);
    assert.equal(foreign(), []);
    assert.equal(problems, []);
    await fleet.close();
  }),
);

testInBrowser(
  'what the server commits is lit in the statechart without the page being loaded again',
  within(90_000, async () => {
    const { fleet, browser } = await setup();
    await fleet.submit('shop/2');
    const { page, problems, foreign } = await openPage(browser, fleet, '/runs/shop/2/build/1');
    await page.locator('[data-state="running.queued"].active').waitFor();

    await fleet.send('shop/2/build/1', 'started', { worker: 'publisher-1' });
    await page.locator('[data-state="running.starting"].active').waitFor();
    assert.is(await page.locator('[data-state].active').count(), 1);
    assert.equal(foreign(), []);
    assert.equal(problems, []);
    await fleet.close();
  }),
);

test.after(async () => {
  await closeBrowsers();
  await closePageFleets();
  await stopNatsServer();
});
test.run();
