// Parts of a log: as many bytes as asked for, whole characters, and nothing but a log.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_PART_BYTES, readRunLog } from '../../../services/web/run-log.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 10_000;
const NAME = { project: 'shop', item: '7', stage: 'build', attempt: 1, epoch: 1 };

function setup(content: string | Uint8Array): string {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'logs', 'shop', '7'), { recursive: true });
  writeFileSync(join(folder, 'logs', 'shop', '7', 'build.1.1.log'), content);
  return folder;
}

async function textAt(folder: string, from: number) {
  const part = await readRunLog(folder, NAME, from);
  assert.ok(part);
  return { text: Buffer.from(part.bytes).toString(), next: part.nextOffset };
}

test(
  'a log is read from any byte on, and from its end',
  within(LIMIT_MS, async () => {
    const folder = setup('0123456789');

    assert.equal(await textAt(folder, 0), { text: '0123456789', next: 10 });
    assert.equal(await textAt(folder, 4), { text: '456789', next: 10 });
    assert.equal(await textAt(folder, -3), { text: '789', next: 10 });
    assert.equal(await textAt(folder, -99), { text: '0123456789', next: 10 });
    assert.equal(await textAt(folder, 10), { text: '', next: 10 });
    assert.equal(await textAt(folder, 99), { text: '', next: 10 });
  }),
);

test(
  'a part has at most 256 KiB, and the next begins where it ends',
  within(LIMIT_MS, async () => {
    const folder = setup(`${'x'.repeat(MAX_PART_BYTES)}end`);
    const { text, next } = await textAt(folder, 0);

    assert.is(text.length, MAX_PART_BYTES);
    assert.equal(await textAt(folder, next), { text: 'end', next: MAX_PART_BYTES + 3 });
  }),
);

test(
  'a character that is cut by the end of a part comes whole with the next',
  within(LIMIT_MS, async () => {
    const folder = setup(`${'x'.repeat(MAX_PART_BYTES - 2)}€`);
    const { text, next } = await textAt(folder, 0);

    assert.is(text, 'x'.repeat(MAX_PART_BYTES - 2));
    assert.equal(await textAt(folder, next), { text: '€', next: MAX_PART_BYTES + 1 });
  }),
);

test(
  'what is no regular file is no log, and no name leads out of the folder',
  within(LIMIT_MS, async () => {
    const folder = setup('log');
    writeFileSync(join(folder, 'secret'), 'secret');
    symlinkSync(join(folder, 'secret'), join(folder, 'logs', 'shop', '7', 'build.2.1.log'));

    assert.is(await readRunLog(folder, { ...NAME, attempt: 2 }, 0), null);
    assert.is(await readRunLog(folder, { ...NAME, attempt: 3 }, 0), null);
    await rejects(readRunLog(folder, { ...NAME, item: '..' }, 0), 'PATH_REFUSED');
    await rejects(readRunLog(folder, { ...NAME, project: 'a/b' }, 0), 'PATH_REFUSED');
  }),
);

test.run();
