// How the shipped nats.conf becomes the configuration of an embedded server.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hasCode } from '../../../transport/errors.ts';
import { embeddedConfig } from '../../../transport/nats/server-config.ts';
import { natsServerBinary } from '../../support/nats-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const shipped = readFileSync(new URL('../../../nats.conf', import.meta.url), 'utf8');
const settings = { storeDir: '/x y/nats', port: 0, monitorPort: 0, syncAlways: true };

test('the shipped file syncs every write and listens on the loopback only', () => {
  assert.match(shipped, /^ {2}sync_interval: always$/m);
  assert.match(shipped, /^listen: "127\.0\.0\.1:4222"$/m);
  assert.match(shipped, /^http: "127\.0\.0\.1:8222"$/m);
});

test('an embedded server gets its own store and free ports of the loopback', () => {
  const text = embeddedConfig(shipped, settings);
  assert.match(text, /^ {2}store_dir: "\/x y\/nats"$/m);
  assert.match(text, /^listen: "127\.0\.0\.1:-1"$/m);
  assert.match(text, /^http: "127\.0\.0\.1:-1"$/m);
  assert.match(text, /^ {2}sync_interval: always$/m);
});

test('nothing but the four lines changes', () => {
  const before = shipped.split('\n');
  const after = embeddedConfig(shipped, { ...settings, syncAlways: false }).split('\n');
  assert.is(after.length, before.length);
  assert.is(after.filter((line, index) => line !== before[index]).length, 4);
});

test('a file without one of the four lines is refused', () => {
  const text = shipped.replace(/^.*sync_interval: always$/m, '');
  const attempt = () => embeddedConfig(text, settings);
  assert.throws(attempt, (error: unknown) => hasCode(error, 'CONFIG_INVALID'));
});

test(
  'nats-server accepts the shipped file as it is',
  within(20_000, async () => {
    const { binary } = await natsServerBinary();
    const path = fileURLToPath(new URL('../../../nats.conf', import.meta.url));
    const cwd = temporaryDirectory();
    const { stderr } = await execa(binary, ['-t', '-c', path], { cwd });
    assert.match(stderr, 'configuration file');
  }),
);

test.run();
