// Time limit: 180 s
// The page while things happen: what it loads, how soon it shows what was committed, and a fleet that goes and comes.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage, type PageFleet } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { isLit, litStates, watchLitStates } from './lit-states.ts';

const LIMIT_MS = 60_000;
const MAX_FIRST_LOAD_BYTES = 100_000;
const MAX_DELAY_MS = 500;
const WORKER = 'publisher-1';
const PASS = { claimant: WORKER, verdict: { kind: 'pass', cause: 'seen' } };

/** An external run through eleven states: its worker is lost three times before it succeeds. */
const LIFE: [type: string, data: Record<string, unknown>, state: string][] = [
  ...[1, 2, 3].flatMap((epoch): typeof LIFE => [
    ['started', { worker: WORKER }, 'running.starting'],
    ['worker-lost', { worker: WORKER, epoch }, 'running.queued'],
  ]),
  ['started', { worker: WORKER }, 'running.starting'],
  ['progress', { outputBytes: 7 }, 'running.working'],
  ['exited', { code: 0 }, 'finalizing'],
  ['claim', PASS, 'advanced'],
];

/** One after the other, each only when the page shows the one before. */
async function live(fleet: PageFleet, address: string, shows: (state: string) => Promise<void>) {
  for (const [type, data, state] of LIFE) {
    await fleet.send(address, type, data);
    await shows(state);
  }
}

/** How long after each revision was stored its state was lit, in milliseconds. */
async function delaysOf(fleet: PageFleet, key: string, lit: { state: string; atMs: number }[]) {
  const entries = await fleet.session.bucket('onceward-runs').history(key);
  const [, ...stored] = entries.map(({ storedAtMs }) => storedAtMs);
  return stored.map((storedAtMs, index) => (lit[index]?.atMs ?? Number.NaN) - storedAtMs);
}

testInBrowser(
  'the first load is under 100 kB, asks nobody else, and complains of nothing',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/first', 'The first item');
    const opened = await openPage(browser, fleet, '/');
    await opened.page.getByRole('link', { name: 'The first item' }).waitFor();
    const bytes = await opened.loadedBytes();

    assert.ok(bytes < MAX_FIRST_LOAD_BYTES, `${bytes} bytes`);
    assert.ok(bytes > 10_000, `${bytes} bytes: the files were not counted`);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'every state that is committed is lit in the chart within half a second',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/live');
    const opened = await openPage(browser, fleet, '/runs/shop/live/build/1');
    await isLit(opened.page, 'running.queued');
    await watchLitStates(opened.page);

    await live(fleet, 'shop/live/build/1', (state) => isLit(opened.page, state));
    const lit = await litStates(opened.page);
    const delays = await delaysOf(fleet, 'shop.live.build.1', lit);
    const sorted = delays.toSorted((one, other) => one - other);
    const [medianMs = Number.NaN, worstMs = Number.NaN] = [
      sorted[sorted.length >> 1],
      sorted.at(-1),
    ];
    process.stdout.write(`lit after ${medianMs} ms, ${worstMs} ms at worst, of ${sorted.length}\n`);

    assert.equal(
      lit.map(({ state }) => state),
      [...LIFE.slice(0, -1).map(([, , state]) => state), 'claimed', 'advanced'],
    );
    assert.ok(worstMs <= MAX_DELAY_MS, `${delays}`);
    assert.ok(
      sorted.every((delayMs) => delayMs > -50),
      `lit before it was stored: ${delays}`,
    );
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'the board shows within seconds who has taken a run, although its item has not changed',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/taken');
    const { page } = await openPage(browser, fleet, '/?q=shop/taken');
    const row = page.locator('.rows .row', { hasText: 'shop/taken' });
    await row.waitFor();
    const before = await row.locator('.cell-holder').textContent();
    await fleet.send('shop/taken/build/1', 'started', { worker: WORKER });
    await row.getByText(WORKER).waitFor();

    assert.is(before, '–');
  }),
);

testInBrowser(
  'a fleet that goes is missed, and what happened meanwhile is shown when it is back',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/back');
    const { page } = await openPage(browser, fleet, '/runs/shop/back/build/1');
    await isLit(page, 'running.queued');
    await fleet.stop();
    await page.getByText('Connection lost').waitFor();
    const pill = await page.locator('#pill').textContent();
    await fleet.start();
    await fleet.send('shop/back/build/1', 'started', { worker: WORKER });

    await isLit(page, 'running.starting');
    await page.locator('#connection').waitFor({ state: 'hidden' });
    assert.is(pill, 'disconnected');
    assert.is(await page.locator('#pill').textContent(), 'live');
  }),
);

test.after(strikeStage);
test.run();
