// An item at a stage of kind `merge`, and its run: where they stand in the queue, and the way there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { within } from '../support/within.ts';
import { isIn } from './awaited-state.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { storeFrozenQueue } from './stored-queues.ts';

const LIMIT_MS = 60_000;
const HEAD_SHA = 'e'.repeat(40);

const CONFIGURATION = `version: 1
settings: { graceMs: 20000, finalizeTimeoutMs: 3000, presenceTtlMs: 2000, sweepMs: 500, bootGraceMs: 0 }
projects:
  shop: { repository: remote.git, pipeline: landing }
pipelines:
  landing:
    stages:
      - { name: build, kind: external }
      - name: land
        kind: merge
        onFail: build
        gates: [{ kind: command, command: 'true' }]
        merge: { admission: none }
`;

function configure(): { configuration: string } {
  const configuration = join(temporaryDirectory(), 'onceward.yaml');
  writeFileSync(configuration, CONFIGURATION);
  return { configuration };
}

testInBrowser(
  'an item that waits to be landed says how many are before it, and leads to its queue, as its run does',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage(configure);
    // While it is frozen nobody is tried, so that everybody keeps their places.
    await storeFrozenQueue('shop.main', 'the release is being cut', 'came before');
    await fleet.submit('shop/place', 'To be landed');
    const run = 'shop/place/build/1';
    await fleet.send(run, 'started', { worker: 'publisher-1' });
    await fleet.send(run, 'exited', { code: 0 });
    const verdict = { kind: 'pass', cause: 'seen', headSha: HEAD_SHA };
    const opened = await openPage(browser, fleet, '/items/shop/place');
    const { page } = opened;
    await page.getByRole('heading', { name: 'To be landed' }).waitFor();
    const before = await page.getByRole('link', { name: 'merge queue of main' }).count();
    await fleet.send(run, 'claim', { claimant: 'publisher-1', verdict });
    await isIn(fleet.session, 'shop/place/land/1', 'running.queued');
    const told = page.locator('.headline .standing', {
      hasText: '2 of 2 in the merge queue of main',
    });
    await told.waitFor();
    const text = (await told.textContent()) ?? '';
    const ofRun = await openPage(browser, fleet, '/runs/shop/place/land/1');
    await ofRun.page.getByRole('link', { name: 'merge queue of main' }).click();
    await ofRun.page.getByRole('heading', { name: 'main of shop' }).waitFor();
    const [last] = await ofRun.page
      .locator('ol.train .title')
      .allTextContents()
      .then((all) => all.slice(-1));
    await page.getByRole('link', { name: 'merge queue of main' }).click();
    await page.getByRole('heading', { name: 'main of shop' }).waitFor();

    assert.is(before, 0);
    assert.match(text, /waits for .*frozen/);
    assert.is(last, 'To be landed');
    assert.equal([...complaintsOf(opened), ...complaintsOf(ofRun)], []);
  }),
);

test.after(strikeStage);
test.run();
