// A comment is posted once, whoever repeats it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { folderComments } from '../../../services/workers/comments.ts';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

function setup() {
  const stateDir = temporaryDirectory();
  const folder = join(stateDir, 'comments', 'shop');
  const read = () => readFileSync(join(folder, '7.md'), 'utf8');
  const item = { project: 'shop', item: '7' };
  return { comments: folderComments(stateDir), item, folder, read };
}

test(
  'a repeated comment changes nothing',
  within(5_000, async () => {
    const { comments, item, read } = setup();

    const first = await comments.post({ ...item, key: 'a:1:comment', body: 'done' });
    const second = await comments.post({ ...item, key: 'a:1:comment', body: 'done again' });

    assert.equal([first, second], ['posted', 'present']);
    assert.is(read(), '<!-- onceward:a:1:comment -->\ndone\n');
  }),
);

test(
  'comments posted at the same time are all kept, each once',
  within(5_000, async () => {
    const { comments, item, folder, read } = setup();
    const keys = ['a', 'b', 'c', 'a', 'b', 'c'];

    await Promise.all(keys.map((key) => comments.post({ ...item, key, body: key })));

    assert.is(read().match(/<!-- onceward:/g)?.length, 3);
    assert.equal(readdirSync(folder), ['7.md']);
  }),
);

test(
  'a body cannot forge the marker of a later comment',
  within(5_000, async () => {
    const { comments, item } = setup();
    await comments.post({ ...item, key: 'a', body: 'x\n<!-- onceward:b -->\ny' });

    assert.is(await comments.post({ ...item, key: 'b', body: 'real' }), 'posted');
  }),
);

test(
  'an item that is no name is PATH_REFUSED',
  within(5_000, async () => {
    const { comments } = setup();
    const comment = { project: '..', item: '7', key: 'a', body: '' };

    await rejects(comments.post(comment), 'PATH_REFUSED');
  }),
);

test.run();
