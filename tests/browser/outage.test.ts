// Time limit: 180 s
// The page while the NATS server is away: it says so, and shows what has happened when it is back.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { natsServer } from '../support/nats-server.ts';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { isLit } from './lit-states.ts';

const LIMIT_MS = 90_000;

testInBrowser(
  'a page whose server has lost NATS does not pass for live until it is again',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    await fleet.submit('shop/outage');
    const board = await openPage(browser, fleet, '/');
    const run = await openPage(browser, fleet, '/runs/shop/outage/build/1');
    const pages = [board.page, run.page];
    const show = (text: string) =>
      Promise.all(pages.map((page) => page.locator('#pill', { hasText: text }).waitFor()));
    await isLit(run.page, 'running.queued');
    await show('live');
    const server = await natsServer();
    const lost = show('disconnected');
    await server.restart({ kill9: true });
    await lost;
    await show('live');
    await fleet.send('shop/outage/build/1', 'started', { worker: 'worker-9' });
    await isLit(run.page, 'running.starting');

    assert.equal(await Promise.all(pages.map((page) => page.locator('#connection').isHidden())), [
      true,
      true,
    ]);
  }),
);

test.after(strikeStage);
test.run();
