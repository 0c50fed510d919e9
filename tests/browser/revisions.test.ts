// Time limit: 180 s
// The past of a run, revision by revision: the event, the difference and the record of each, and its light in the chart.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage, type PageFleet } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { isIn } from './awaited-state.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { isLit, litState } from './lit-states.ts';
import { shownRevision, stepThrough } from './shown-revision.ts';

const LIMIT_MS = 60_000;
const WORKER = 'publisher-1';
const PASS = { claimant: WORKER, verdict: { kind: 'pass', cause: 'seen' } };

async function finalized(fleet: PageFleet, item: string): Promise<void> {
  const run = `${item}/build/1`;
  await fleet.submit(item);
  await fleet.send(run, 'started', { worker: WORKER });
  await fleet.send(run, 'progress', { outputBytes: 7 });
  await fleet.send(run, 'exited', { code: 3 });
}

async function storedRevisions(fleet: PageFleet, key: string): Promise<number[]> {
  const entries = await fleet.session.bucket('onceward-runs').history(key);
  return entries.map(({ revision }) => revision);
}

testInBrowser(
  'a run with more revisions than are kept says that there were older ones',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/long');
    await fleet.send('shop/long/build/1', 'started', { worker: WORKER });
    const progress = (_: unknown, index: number) =>
      fleet.send('shop/long/build/1', 'progress', { outputBytes: index + 1 });
    await Promise.all(Array.from({ length: 70 }, progress));
    await fleet.submit('shop/short');
    const { page } = await openPage(browser, fleet, '/runs/shop/long/build/1');
    const list = page.getByRole('list', { name: 'Revisions, newest first' });
    await list.getByText('Older ones are not kept').waitFor();
    const kept = await list.getByRole('button').count();
    await page.goto(`${fleet.url}/runs/shop/short/build/1`);
    await list.getByRole('button').waitFor();

    assert.is(kept, 64);
    assert.is(await list.getByText('Older ones').count(), 0);
  }),
);

testInBrowser(
  'going back shows event, difference, record and light of every revision, and live again leads on',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await finalized(fleet, 'shop/past');
    const [first, second, third, fourth] = await storedRevisions(fleet, 'shop.past.build.1');
    const opened = await openPage(browser, fleet, '/runs/shop/past/build/1');
    const { page } = opened;
    await isLit(page, 'finalizing');
    const newest = await shownRevision(page);
    const older = await stepThrough(page, 'ArrowLeft', 3);
    const button = page.getByRole('region', { name: 'Events it would accept now' });
    const isShut = await button.getByRole('button', { name: 'claim' }).isDisabled();
    await page.keyboard.press('l');
    const again = await shownRevision(page);

    assert.equal(
      [newest, ...older, again].map(({ revision, isLive, event, lit }) => [
        ...[revision, isLive, event, lit],
      ]),
      [
        [fourth, true, 'exited', 'finalizing'],
        [third, false, 'progress', 'running.working'],
        [second, false, 'started', 'running.starting'],
        [first, false, 'open', 'running.queued'],
        [fourth, true, 'exited', 'finalizing'],
      ],
    );
    const [working, starting, queued] = older;
    assert.ok(newest.changes.includes('state: "running.working" → "finalizing"'));
    assert.ok(working?.changes.includes('context.outputBytes: 0 → 7'), String(working?.changes));
    assert.ok(starting?.changes.includes(`context.worker: null → "${WORKER}"`));
    assert.equal(queued?.changes, []);
    assert.match(newest.record, 'code:3');
    assert.match(working?.record ?? '', 'outputBytes:7');
    assert.match(queued?.record ?? '', 'worker:null');
    assert.ok(isShut, 'an event could be sent from the past');
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'the past stays on screen while the run moves on, and says that there is something newer',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await finalized(fleet, 'shop/stays');
    const { page } = await openPage(browser, fleet, '/runs/shop/stays/build/1');
    await isLit(page, 'finalizing');
    const revisions = page.getByRole('list', { name: 'Revisions, newest first' });
    await revisions.getByRole('button', { name: 'started' }).click();
    await fleet.send('shop/stays/build/1', 'claim', PASS);
    await revisions.getByRole('button', { name: 'advance-confirmed' }).waitFor();
    const shown = await shownRevision(page);
    const note = await page.locator('.past').textContent();
    await page.getByRole('button', { name: 'Back to live' }).first().click();

    assert.equal([shown.event, shown.isLive, shown.lit], ['started', false, 'running.starting']);
    assert.match(note ?? '', `revision ${shown.revision}; the newest is `);
    assert.is(await litState(page), 'advanced');
  }),
);

testInBrowser(
  'the revisions of a run whose item is archived can still be gone through',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await finalized(fleet, 'shop/kept');
    await fleet.send('shop/kept/build/1', 'claim', PASS);
    await fleet.send('shop/kept/ship/1', 'exited', { code: 0 });
    await fleet.send('shop/kept/ship/1', 'claim', PASS);
    await isIn(fleet.session, 'shop/kept', 'done');
    const opened = await openPage(browser, fleet, '/runs/shop/kept/build/1');
    const { page } = opened;
    await page.locator('.standing').getByText('archived').waitFor();
    await isLit(page, 'advanced');
    const slider = page.getByRole('slider', { name: 'Revision' });
    await slider.fill('0');
    const oldest = await shownRevision(page);
    const newer = await stepThrough(page, 'ArrowRight', 5);

    assert.equal(
      [oldest, ...newer].map(({ event, lit }) => [event, lit]),
      [
        ['open', 'running.queued'],
        ['started', 'running.starting'],
        ['progress', 'running.working'],
        ['exited', 'finalizing'],
        ['claim', 'claimed'],
        ['advance-confirmed', 'advanced'],
      ],
    );
    assert.equal(complaintsOf(opened), []);
  }),
);

test.after(strikeStage);
test.run();
