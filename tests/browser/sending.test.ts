// Time limit: 180 s
// Events sent by somebody who looks at the page: tried first, sent with the revision that was seen, and explained when
// the answer is no.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage, type PageFleet } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { isLit } from './lit-states.ts';

const LIMIT_MS = 60_000;
const RUN = 'build/1';
const STALE_CLAIM = {
  claimant: 'late-monitor',
  evaluatedRevision: 1,
  verdict: { kind: 'pass', cause: 'seen' },
};

async function openedRun(item: string) {
  const { fleet, browser } = await setStage();
  await fleet.submit(item);
  const withToken = `/runs/${item}/${RUN}#token=${fleet.token}`;
  const open = (path: string) => openPage(browser, fleet, path);
  const run = `${item}/${RUN}`;
  const revision = () => storedRevision(fleet, run);
  return { fleet, open, withToken, path: `/runs/${run}`, run, revision };
}

function eventButton(page: Page, type: string) {
  const region = page.getByRole('region', { name: 'Events it would accept now' });
  return region.getByRole('button', { name: type, exact: true });
}

async function storedRevision(fleet: PageFleet, run: string): Promise<number | undefined> {
  return (await fleet.session.bucket('onceward-runs').read(run.replaceAll('/', '.')))?.revision;
}

testInBrowser(
  'an event is tried without effect, then sent, and the chart follows',
  within(LIMIT_MS, async () => {
    const { open, withToken, path, revision } = await openedRun('shop/try');
    const first = await revision();
    const opened = await open(withToken);
    const { page } = opened;
    const dialog = page.getByRole('dialog', { name: 'Send exited' });
    await eventButton(page, 'exited').click();
    await dialog.getByRole('button', { name: 'Check first' }).click();
    await dialog.getByText('It would be applied').waitFor();
    const outlook = await dialog.getByRole('status').textContent();
    const untouched = await revision();
    await dialog.getByRole('button', { name: 'Send exited' }).click();
    await dialog.waitFor({ state: 'detached' });
    await isLit(page, 'finalizing');

    assert.match(outlook ?? '', 'finalizing');
    assert.is(untouched, first);
    assert.is.not(await revision(), first);
    assert.is(new URL(page.url()).pathname, path);
    assert.is(new URL(page.url()).hash, '', 'the token stayed in the address');
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'without a token the page asks for it, and again when it is the wrong one',
  within(LIMIT_MS, async () => {
    const { fleet, open, path } = await openedRun('shop/ask');
    const opened = await open(path);
    const { page } = opened;
    const asking = page.getByRole('dialog', { name: 'A token is needed' });
    await eventButton(page, 'started').click();
    await page.getByRole('button', { name: 'Send started' }).click();
    await asking.getByLabel('Token').fill('token-that-is-not-the-right-one');
    await asking.getByRole('button', { name: 'Use it' }).click();
    await asking.getByText('The server does not know that token').waitFor();
    await asking.getByLabel('Token').fill(fleet.token);
    await asking.getByRole('button', { name: 'Use it' }).click();
    await isLit(page, 'running.starting');

    assert.equal(complaintsOf(opened, 401), []);
  }),
);

testInBrowser(
  'an event decided on a revision that has moved is not sent, and the page says so',
  within(LIMIT_MS, async () => {
    const { fleet, open, withToken, run, revision } = await openedRun('shop/moved');
    const first = await revision();
    const opened = await open(withToken);
    const { page } = opened;
    const dialog = page.getByRole('dialog', { name: 'Send exited' });
    await eventButton(page, 'exited').click();
    await fleet.send(run, 'started', { worker: 'somebody' });
    await isLit(page, 'running.starting');
    const moved = await revision();
    await dialog.getByRole('button', { name: 'Send exited' }).click();
    await dialog.getByText(`You have looked at revision ${first}`).waitFor();
    const isOver = await dialog.getByRole('button', { name: 'Send exited' }).isDisabled();
    const untouched = await revision();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await eventButton(page, 'exited').click();
    await dialog.getByRole('button', { name: 'Send exited' }).click();

    await isLit(page, 'finalizing');
    assert.ok(isOver);
    assert.is(untouched, moved);
    assert.equal(complaintsOf(opened, 412), []);
  }),
);

testInBrowser(
  'an event that is refused is explained by its guards, when it is tried and when it is sent',
  within(LIMIT_MS, async () => {
    const { fleet, open, withToken, run, revision } = await openedRun('shop/refused');
    await fleet.send(run, 'started', { worker: 'somebody' });
    const before = await revision();
    const opened = await open(withToken);
    const { page } = opened;
    const dialog = page.getByRole('dialog', { name: 'Send worker-lost' });
    const guards = dialog.locator('.candidates li', { hasText: 'isItsWorker' });
    await eventButton(page, 'worker-lost').click();
    await dialog.getByLabel('Data').fill('{ "epoch": 1, "worker": "nobody" }');
    await dialog.getByRole('button', { name: 'Check first' }).click();
    await dialog.getByText('It would be refused').waitFor();
    const tried = await guards.textContent();
    await dialog.getByRole('button', { name: 'Send worker-lost' }).click();
    await dialog.getByText('shop/refused/build/1 refused worker-lost').waitFor();
    const sent = await guards.textContent();

    assert.match(tried ?? '', '✕ does not hold');
    assert.match(sent ?? '', '✕ does not hold');
    assert.is(await revision(), before);
    assert.equal(complaintsOf(opened, 422), []);
  }),
);

testInBrowser(
  'a claim that lost and an event that is closed now say which guard was in the way',
  within(LIMIT_MS, async () => {
    const { fleet, open, path, run, revision } = await openedRun('shop/lost');
    const { page } = await open(path);
    const shut = page.getByRole('region', { name: 'Events it would refuse now' });
    await shut.locator('summary', { hasText: 'claim' }).click();
    const closed = await shut.locator('details[open] .candidates').textContent();
    await fleet.send(run, 'exited', { code: 0 });
    const exited = await revision();
    await fleet.send(run, 'claim', STALE_CLAIM);
    const lost = page.getByRole('table', { name: 'Claims' }).locator('tr', { hasText: 'lost' });
    const lostText = await lost.textContent();
    const why = page.getByRole('region', { name: 'Why it stands here' });
    await why.getByText('Which ways were closed').click();
    const refused = await why.locator('.candidates').textContent();

    assert.match(closed ?? '', /isDecision.*the stage is an approval/);
    assert.match(lostText ?? '', `evaluated on revision 1, found ${exited}`);
    assert.match(refused ?? '', /✕ does not hold.*canClaimBeforeGrace/);
  }),
);

test.after(strikeStage);
test.run();
