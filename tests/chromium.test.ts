// Time limit: 240 s
// Which browser the tests of the page are given, what is said when there is none, and that it draws a page.
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chromiumOfThisMachine, findChromium, launchBrowser } from './support/chromium.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';
import { within } from './support/within.ts';

function setup() {
  const root = temporaryDirectory();
  const cacheDir = join(root, 'cache');
  const unpack = async (): Promise<string> => {
    throw new Error('the archive is out of reach');
  };
  return { root, cacheDir, options: { path: join(root, 'bin'), cacheDir, unpack } };
}

/** A program that says it is a browser, or that fails. */
function pretender(executable: string, answer = 'Chromium 156.0.1'): string {
  mkdirSync(dirname(executable), { recursive: true });
  writeFileSync(executable, `#!/bin/sh\n${answer === '' ? 'exit 1' : `echo "${answer}"`}\n`);
  chmodSync(executable, 0o755);
  return executable;
}

const inPackage = 'root/usr/lib/chromium/chromium';

async function unpackPretender(folder: string): Promise<string> {
  pretender(join(folder, inPackage));
  return '156.0.1-1';
}

test(
  'the browser that is named is taken before any other',
  within(10_000, async () => {
    const { root, options } = setup();
    pretender(join(options.path, 'chromium'));
    const override = pretender(join(root, 'mine'));
    assert.equal(await findChromium({ ...options, override }), { executable: override, env: {} });
  }),
);

test(
  'a name that is no browser is an error, not a reason to skip',
  within(10_000, async () => {
    const { root, options } = setup();
    const override = pretender(join(root, 'mine'), '');
    const error = await findChromium({ ...options, override }).catch(({ message }) => message);
    assert.match(error, /ONCEWARD_CHROMIUM names .*mine, which does not run/);
  }),
);

test(
  'one on PATH that runs is taken before the cache, and one that does not is passed over',
  within(10_000, async () => {
    const { options } = setup();
    pretender(join(options.path, 'chromium'), '');
    const executable = pretender(join(options.path, 'google-chrome'));
    pretender(join(options.cacheDir, 'chromium-1.0', inPackage));
    assert.equal(await findChromium(options), { executable, env: {} });
  }),
);

test(
  'of several in the cache the newest that runs is taken',
  within(10_000, async () => {
    const { cacheDir, options } = setup();
    pretender(join(cacheDir, 'chromium-99.0', inPackage));
    const newest = pretender(join(cacheDir, 'chromium-156.0', inPackage));
    pretender(join(cacheDir, 'chromium-157.0', inPackage), '');
    const found = await findChromium(options);
    assert.is('executable' in found && found.executable, newest);
  }),
);

test(
  'where none can be had, the reason is said',
  within(10_000, async () => {
    const { options } = setup();
    assert.equal(await findChromium(options), { missing: 'the archive is out of reach' });
  }),
);

test(
  'a fetched one that does not run is not kept',
  within(10_000, async () => {
    const { cacheDir, options } = setup();
    const unpack = async (folder: string) => {
      pretender(join(folder, inPackage), '');
      return '156.0.1-1';
    };
    const missing = "the archive's Chromium 156.0.1-1 does not run";
    assert.equal(await findChromium({ ...options, unpack }), { missing });
    assert.equal(readdirSync(cacheDir), []);
  }),
);

test(
  'two that fetch at once end with one whole browser, and leave nothing else behind',
  within(10_000, async () => {
    const { cacheDir, options } = setup();
    const find = () => findChromium({ ...options, unpack: unpackPretender });
    const [one, other] = await Promise.all([find(), find()]);
    assert.is(
      'executable' in one && one.executable,
      join(cacheDir, 'chromium-156.0.1-1', inPackage),
    );
    assert.equal(one, other);
    assert.equal(readdirSync(cacheDir), ['chromium-156.0.1-1']);
  }),
);

test(
  'a kept one that no longer runs is replaced',
  within(10_000, async () => {
    const { cacheDir, options } = setup();
    pretender(join(cacheDir, 'chromium-156.0.1-1', inPackage), '');
    const found = await findChromium({ ...options, unpack: unpackPretender });
    assert.ok('executable' in found);
    assert.equal(readdirSync(cacheDir), ['chromium-156.0.1-1']);
  }),
);

const drawing = 'the browser of this machine draws a page with text, and is gone when closed';
const present = await chromiumOfThisMachine();
if ('missing' in present) process.stdout.write(`skipped: ${drawing} (${present.missing})\n`);
('missing' in present ? test.skip : test)(
  drawing,
  within(60_000, async () => {
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.setContent('<h1>onceward</h1>');
    const box = await page.getByRole('heading').boundingBox();
    await browser.close();
    assert.ok((box?.height ?? 0) > 10, `the heading is ${box?.height} px high`);
    assert.is(browser.isConnected(), false);
  }),
);

test.run();
