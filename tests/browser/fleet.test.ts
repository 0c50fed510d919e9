// The fleet as the page shows it, of answers that a fleet seldom gives.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { setStage, strikeStage, testInBrowser } from './browser-test.ts';

const LIMIT_MS = 60_000;
const ALARM = { atMs: 1_700_000_000_000, reason: 'outage', message: 'commits were held' };

/** The page of a fleet of which the server says this. */
async function openFleet(told: object) {
  const { fleet, browser } = await setStage();
  const answer = (await (await fetch(`${fleet.url}/api/fleet`)).json()) as object;
  const { page } = await openPage(browser, fleet, '/');
  await page.route('**/api/fleet', (route) => route.fulfill({ json: { ...answer, ...told } }));
  await page.getByRole('link', { name: 'Fleet' }).click();
  await page.getByRole('heading', { name: 'Alarms' }).waitFor();
  return page;
}

testInBrowser(
  'an alarm leads to its item, and that of a host, which has no page, nowhere',
  within(LIMIT_MS, async () => {
    const alarms = ['host-1', 'shop/7', 'shop/7/build/1'].map((address) => ({ ...ALARM, address }));
    const page = await openFleet({ alarms });
    const links = page.getByRole('region', { name: 'Alarms' }).getByRole('link');
    await page.getByText('host-1').waitFor();

    assert.equal(
      await links.evaluateAll((found) => found.map((link) => link.getAttribute('href'))),
      ['/items/shop/7', '/runs/shop/7/build/1'],
    );
  }),
);

testInBrowser(
  'what could not be read does not pass for nothing',
  within(LIMIT_MS, async () => {
    const notes = ['who is alive could not be read: no answer'];
    const page = await openFleet({
      hosts: [],
      workers: [],
      accounts: [],
      alarms: [],
      merges: [],
      notes,
    });
    await page.getByText('who is alive could not be read').waitFor();
    const text = (await page.locator('main').textContent()) ?? '';

    assert.not.match(
      text,
      /No host is alive|No worker is alive|No agent has|No alarm in|No item has/,
    );
    assert.is(text.split('None is known').length, 7);
  }),
);

testInBrowser(
  'partitions are told by who holds them, and those in which something waits for nobody by themselves',
  within(LIMIT_MS, async () => {
    const hosts: [string | null, number][] = [
      ...[
        ['host-a', 0],
        ['host-a', 2],
        ['host-b', 0],
        ['host-a', 5],
        ['host-a', 0],
      ],
      ...[
        [null, 3],
        [null, 0],
      ],
    ] as [string | null, number][];
    const partitions = hosts.map(([host, waiting], partition) => ({ partition, host, waiting }));
    const page = await openFleet({ partitions });
    const rows = page.getByRole('region', { name: 'Partitions' }).locator('tbody tr');
    await rows.first().waitFor();

    assert.equal(
      await rows.evaluateAll((found) =>
        found.map((row) => [...row.children].map((cell) => cell.textContent)),
      ),
      [
        ['host-a', '0–1, 3–4', '7 (3: 5, 1: 2)'],
        ['host-b', '2', '0'],
        ['▲ nobody', '5', '3'],
        ['nobody yet', '6', '0'],
      ],
    );
  }),
);

test.after(strikeStage);
test.run();
