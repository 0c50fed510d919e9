// The configuration of a running process: only a good file may replace it.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatProblem } from '../../../services/config/problems.ts';
import { openConfiguration } from '../../../services/config/reload.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const withSweep = (sweepMs: unknown) => `version: 1\nsettings:\n  sweepMs: ${sweepMs}\n`;

async function setup() {
  const file = join(temporaryDirectory(), 'onceward.yaml');
  await writeFile(file, withSweep(1_000));
  return { file, source: await openConfiguration({ file }) };
}

test(
  'a good file replaces the configuration',
  within(5_000, async () => {
    const { file, source } = await setup();

    await writeFile(file, withSweep(2_000));
    const reload = await source.reload();

    assert.is(reload.outcome, 'replaced');
    assert.is(source.current().settings.sweepMs, 2_000);
  }),
);

test(
  'an invalid file keeps the last good configuration and returns the problems',
  within(5_000, async () => {
    const { file, source } = await setup();
    const before = source.current();

    await writeFile(file, withSweep('never'));
    const reload = await source.reload();

    assert.is(source.current(), before);
    assert.is(reload.outcome, 'kept');
    assert.equal(reload.outcome === 'kept' && reload.problems.map(formatProblem), [
      `${file}:3:12 settings.sweepMs: got "never", expected a whole number from 100 to 600000`,
    ]);
  }),
);

test(
  'a file that is gone keeps the last good configuration',
  within(5_000, async () => {
    const { file, source } = await setup();

    await rm(file);
    const reload = await source.reload();

    assert.is(reload.outcome, 'kept');
    assert.is(source.current().settings.sweepMs, 1_000);
  }),
);

test(
  'a file that is corrected replaces the configuration again',
  within(5_000, async () => {
    const { file, source } = await setup();
    await writeFile(file, 'version: [');
    await source.reload();

    await writeFile(file, withSweep(3_000));
    await source.reload();

    assert.is(source.current().settings.sweepMs, 3_000);
  }),
);

test(
  'there is nothing to begin with when the first file is invalid or missing',
  within(5_000, async () => {
    const file = join(temporaryDirectory(), 'onceward.yaml');

    const missing = await rejects(openConfiguration({ file }), 'CONFIG_INVALID');
    assert.is(missing.message, `${file}: there is no such file; \`onceward init\` writes one`);

    await writeFile(file, 'version: 2');
    await rejects(openConfiguration({ file }), 'CONFIG_INVALID');
  }),
);

test.run();
