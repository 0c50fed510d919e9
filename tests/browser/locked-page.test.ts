// Time limit: 180 s
// The page beyond loopback: nothing is told to who has no token, and a cookie that no script can read lets a browser in.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from '../support/page-fixture.ts';
import { within } from '../support/within.ts';
import { complaintsOf, setStage, strikeStage, testInBrowser } from './browser-test.ts';

const LIMIT_MS = 60_000;
const DATA = ['/api/board', '/api/items/shop/secret', '/charts/run.svg', '/metrics'];

async function locked() {
  const stage = await setStage(() => ({ host: '0.0.0.0' }));
  await stage.fleet.submit('shop/secret', 'A secret title');
  return stage;
}

testInBrowser(
  'a stranger sees the shell and no data, and is asked for the token until it is right',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await locked();
    const opened = await openPage(browser, fleet, '/');
    const { page } = opened;
    const asking = page.getByRole('dialog', { name: 'A token is needed' });
    await asking.getByText('This server is read with a token').waitFor();
    const answers = await Promise.all(DATA.map((path) => page.request.get(fleet.url + path)));
    const before = await page.locator('main').textContent();
    await asking.getByLabel('Token').fill('not-the-token-of-this-page');
    await page.keyboard.press('Enter');
    await asking.getByLabel('Token').and(page.locator(':invalid')).waitFor();
    await asking.getByLabel('Token').fill(fleet.token);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'A secret title' }).waitFor();

    assert.equal(
      answers.map((answer) => answer.status()),
      DATA.map(() => 401),
    );
    assert.not.match(before ?? '', 'secret');
    assert.equal(complaintsOf(opened, 401), []);
  }),
);

testInBrowser(
  'a link with the token lets in where the page is open already',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await locked();
    const { page } = await openPage(browser, fleet, '/');
    await page.getByRole('dialog', { name: 'A token is needed' }).waitFor();
    await page.goto(`${fleet.url}/#token=${fleet.token}`);
    await page.getByRole('link', { name: 'A secret title' }).waitFor();

    assert.is(page.url(), `${fleet.url}/`);
  }),
);

testInBrowser(
  'the token of the address lets in, goes from the address, and stays readable by no script',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await locked();
    const opened = await openPage(browser, fleet, `/items/shop/secret#token=${fleet.token}`);
    const { page } = opened;
    await page.getByRole('heading', { name: 'A secret title' }).waitFor();
    const [cookie] = await page.context().cookies();
    await page.reload();
    await page.getByRole('heading', { name: 'A secret title' }).waitFor();

    assert.is(new URL(page.url()).hash, '');
    assert.equal([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);
    assert.is(await page.evaluate('document.cookie'), '');
    assert.not.match(cookie?.value ?? '', fleet.token);
    assert.equal(complaintsOf(opened), []);
  }),
);

testInBrowser(
  'a reader without the token to write is asked for it before anything is sent',
  within(LIMIT_MS, async () => {
    const { fleet, browser } = await locked();
    const { page } = await openPage(
      browser,
      fleet,
      `/runs/shop/secret/build/1#token=${fleet.token}`,
    );
    await page.getByRole('button', { name: 'exited', exact: true }).waitFor();
    await page.evaluate('sessionStorage.clear()');
    await page.getByRole('button', { name: 'exited', exact: true }).click();
    await page.getByRole('button', { name: 'Send exited' }).click();
    await page.getByText('Sending an event needs the token').waitFor();
    const stored = await fleet.session.bucket('onceward-runs').history('shop.secret.build.1');

    assert.is(stored.length, 1);
  }),
);

test.after(strikeStage);
test.run();
