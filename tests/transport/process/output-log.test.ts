// Output is kept up to the cap, and all of it is counted.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openOutputLog } from '../../../transport/process/output-log.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

async function setup(maxBytes: number) {
  const path = join(temporaryDirectory(), 'logs', 'shop', 'run.log');
  const log = await openOutputLog(path, { maxBytes });
  return { path, log, write: (text: string) => log.append(Buffer.from(text)) };
}

test(
  'output below the cap is kept as it came',
  within(5_000, async () => {
    const { path, log, write } = await setup(100);

    write('one\n');
    write('two\n');
    await log.close();

    assert.is(readFileSync(path, 'utf8'), 'one\ntwo\n');
    assert.is(log.totalBytes(), 8);
  }),
);

test(
  'output beyond the cap leaves one line and is counted, not kept',
  within(5_000, async () => {
    const { path, log, write } = await setup(10);

    write('0123456');
    write('789abc');
    write('more\n');
    await log.close();

    const expected = '0123456789\n[onceward] output capped at 10 bytes\n';
    assert.is(readFileSync(path, 'utf8'), expected);
    assert.is(log.totalBytes(), 18);
  }),
);

test(
  'output that fills the cap exactly is capped only by the byte that follows',
  within(5_000, async () => {
    const { path, log, write } = await setup(4);

    write('abc\n');
    write('d');
    await log.close();

    assert.is(readFileSync(path, 'utf8'), 'abc\n[onceward] output capped at 4 bytes\n');
  }),
);

test(
  'a log that cannot be opened is PROCESS_FAILED',
  within(5_000, async () => {
    const folder = join(temporaryDirectory(), 'taken');
    mkdirSync(folder);

    await rejects(openOutputLog(folder), 'PROCESS_FAILED');
  }),
);

test.run();
