// Which nats-server is found, and what is said when none is.
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findNatsServer } from '../../../transport/nats/server-binary.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const testWithApt = existsSync('/usr/bin/apt-get') ? test : test.skip;

function setup() {
  const root = temporaryDirectory();
  const reports: string[] = [];
  const cacheDir = join(root, 'cache');
  return {
    root,
    cacheDir,
    reports,
    options: {
      path: join(root, 'bin'),
      usualPlaces: [],
      cacheDir,
      canFetch: false,
      report: (line: string) => void reports.push(line),
    },
  };
}

/** A program that says it is a nats-server of this version. */
function pretender(directory: string, version: string): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'nats-server');
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return path;
}

test(
  'the binary named by the user is taken before any other',
  within(10_000, async () => {
    const { root, options } = setup();
    pretender(options.path, '2.15.9');
    const override = pretender(join(root, 'mine'), '2.14.4');
    const found = await findNatsServer({ ...options, override });
    assert.equal(found, { binary: override, version: '2.14.4' });
  }),
);

test(
  'a binary named by the user that is too old is an error, even when PATH has a newer one',
  within(10_000, async () => {
    const { root, options } = setup();
    pretender(options.path, '2.15.9');
    const override = pretender(join(root, 'mine'), '2.10.0');
    const error = await rejects(findNatsServer({ ...options, override }), 'NATS_SERVER_TOO_OLD');
    assert.equal(error.details, { binary: override, version: '2.10.0' });
  }),
);

test(
  'a binary named by the user that does not run is an error',
  within(10_000, async () => {
    const { root, options } = setup();
    const override = join(root, 'nowhere');
    await rejects(findNatsServer({ ...options, override }), 'NATS_SERVER_MISSING');
  }),
);

test(
  'a binary on PATH that is too old is passed over for the cached one',
  within(10_000, async () => {
    const { cacheDir, options } = setup();
    pretender(options.path, '2.9.10');
    const cached = pretender(cacheDir, '2.15.1');
    assert.equal(await findNatsServer(options), { binary: cached, version: '2.15.1' });
  }),
);

test(
  'a missing binary is reported with what is needed and how to get it, on one line',
  within(10_000, async () => {
    const error = await rejects(findNatsServer(setup().options), 'NATS_SERVER_MISSING');
    assert.match(error.message, /2\.12\.14.*ONCEWARD_NATS_SERVER/);
    assert.not.match(error.message, '\n');
  }),
);

test(
  'the error names each binary that was too old',
  within(10_000, async () => {
    const { options } = setup();
    const old = pretender(options.path, '2.13.1');
    const error = await rejects(findNatsServer(options), 'NATS_SERVER_TOO_OLD');
    assert.equal(error.details['rejected'], [{ binary: old, version: '2.13.1' }]);
    assert.ok(error.message.includes(`${old} is 2.13.1`));
  }),
);

testWithApt(
  'fetching twice at once leaves one whole binary in the cache',
  within(90_000, async () => {
    const { cacheDir, options } = setup();
    const fetching = { ...options, canFetch: true };
    const both = await Promise.all([findNatsServer(fetching), findNatsServer(fetching)]);
    assert.equal(both[0], both[1]);
    assert.equal(readdirSync(cacheDir), ['nats-server']);
    assert.equal(await findNatsServer(options), both[0]);
  }),
);

test.run();
