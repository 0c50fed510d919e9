// Time limit: 180 s
// Script in everything that comes from outside: it is shown as the text it is, and never runs.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';
import { hostileConfiguration, plantScripts, scriptFrom } from './hostile-fleet.ts';

const LIMIT_MS = 60_000;
/** Nothing of the page is of these kinds; what was planted would be. */
const MADE_OF_TEXT = '[onerror], img[src=x], body script, a[href^="javascript:"]';

let planted: Promise<void> | undefined;

/** Opens a page and everything that can be opened in it; which of the texts from these places it shows as they are. */
async function shownOn(path: string, places: string[]) {
  const { fleet, browser } = await setStage(async () => ({
    configuration: await hostileConfiguration(),
  }));
  planted ??= plantScripts(fleet);
  await planted;
  const opened = await openPage(browser, fleet, path);
  const { page } = opened;
  await page.locator('main h1').waitFor();
  await page.locator('.loading').waitFor({ state: 'detached' });
  await Promise.all(
    places.map((place) =>
      page.getByText(`alert('${place}')`).first().waitFor({ state: 'attached' }),
    ),
  );
  const text = (await page.locator('main').textContent()) ?? '';
  return {
    missing: places.filter((place) => !text.includes(scriptFrom(place))),
    made: await page.locator(MADE_OF_TEXT).count(),
    complaints: complaintsOf(opened),
  };
}

const HARMLESS = { missing: [], made: 0, complaints: [] };

testInBrowser(
  'titles, texts, logs and verdicts of an item are shown as text',
  within(LIMIT_MS, async () => {
    assert.equal(
      await shownOn('/', ['title', 'forged-title', 'reason', 'parking', 'holder']),
      HARMLESS,
    );
    assert.equal(await shownOn('/items/lab/1', ['title', 'body', 'log']), HARMLESS);
    assert.equal(await shownOn('/runs/lab/1/build/1', ['log', 'gate']), HARMLESS);
  }),
);

testInBrowser(
  'what publishers say of a run is shown as text, refused or not',
  within(LIMIT_MS, async () => {
    const places = ['worker', 'machine', 'key', 'result', 'summary', 'loser', 'claimant'];
    assert.equal(await shownOn('/runs/shop/1/build/1', places), HARMLESS);
    assert.equal(await shownOn('/items/shop/1', ['claimant', 'loser', 'summary']), HARMLESS);
  }),
);

testInBrowser(
  'a forged record, alarm or presence is shown as text, and makes no link',
  within(LIMIT_MS, async () => {
    const places = ['forged-title', 'by', 'feedback', 'reason', 'parking', 'pipeline'];
    assert.equal(
      await shownOn('/items/shop/forged', [...places, 'stage', 'branch', 'repository']),
      HARMLESS,
    );
    assert.equal(await shownOn('/fleet', ['alarm', 'alarm-message', 'identity', 'host']), HARMLESS);
  }),
);

testInBrowser(
  'a chart, a log and data opened by themselves run nothing either',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await setStage();
    const paths = [
      '/charts/items/shop/forged.svg',
      '/api/items/shop/forged',
      '/api/logs/lab/1/build/1',
    ];
    const opened = await Promise.all(paths.map((path) => openPage(browser, fleet, path)));
    const texts = await Promise.all(opened.map(({ page }) => page.content()));

    assert.equal(
      // They have no icon of their own, and the browser looks for one.
      opened.flatMap((one) => complaintsOf(one, 404)),
      [],
    );
    assert.equal(
      texts.map((text) => text.includes('onerror')),
      [true, true, true],
    );
  }),
);

testInBrowser(
  'an address that is none is told to be none',
  within(LIMIT_MS, async () => {
    const { missing, made, complaints } = await shownOn('/items/shop/%E0%A4', []);

    assert.equal([missing, made, complaints], [[], 0, []]);
  }),
);

test.after(strikeStage);
test.run();
