// Comments in a folder: ours stand in one file for each item, those of people in files of their own.
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { folderFixture, NOW_MS } from './folder-fixture.ts';

const LIMIT_MS = 10_000;

test(
  'a comment is made once, edited in place, and left alone when it says the same',
  within(LIMIT_MS, async () => {
    const { tracker, read, open } = folderFixture();

    const outcomes = [
      await tracker.putComment('a', { key: 'one', body: 'first' }),
      await tracker.putComment('a', { key: 'two', body: 'second\n' }),
      await open().putComment('a', { key: 'one', body: 'again' }),
      await open().putComment('a', { key: 'one', body: 'again' }),
    ];

    assert.equal(outcomes, ['created', 'created', 'edited', 'unchanged']);
    assert.is(
      read('comments/a.md'),
      '<!-- onceward:one -->\nagain\n<!-- /onceward -->\n\n' +
        '<!-- onceward:two -->\nsecond\n<!-- /onceward -->\n',
    );
  }),
);

test(
  'what people write between our comments stays, and a second one of ours goes',
  within(LIMIT_MS, async () => {
    const { tracker, write, read } = folderFixture();
    const ours = '<!-- onceward:k -->\nold\n<!-- /onceward -->\n';
    write('comments/a.md', `mine\n${ours}yours\n${ours}theirs`);

    assert.is(await tracker.putComment('a', { key: 'k', body: 'new' }), 'edited');
    assert.is(
      read('comments/a.md'),
      'mine\n<!-- onceward:k -->\nnew\n<!-- /onceward -->\nyours\ntheirs',
    );
  }),
);

test(
  'a comment written before there were end marks is edited up to the next one',
  within(LIMIT_MS, async () => {
    const { tracker, write, read } = folderFixture();
    write('comments/a.md', '<!-- onceward:k -->\nold\n\n<!-- onceward:l -->\nnext\n');

    await tracker.putComment('a', { key: 'k', body: 'new' });

    assert.is(
      read('comments/a.md'),
      '<!-- onceward:k -->\nnew\n<!-- /onceward -->\n<!-- onceward:l -->\nnext\n',
    );
  }),
);

test(
  'a body can forge neither the beginning nor the end of a comment',
  within(LIMIT_MS, async () => {
    const { tracker, read } = folderFixture();
    const body = 'x\n<!-- onceward:b -->\n<!-- /onceward -->\n<!--onceward:b-->\ny';
    await tracker.putComment('a', { key: 'a', body });

    assert.is(await tracker.putComment('a', { key: 'b', body: 'real' }), 'created');
    assert.is(await tracker.putComment('a', { key: 'a', body: 'short' }), 'edited');
    assert.not.match(read('comments/a.md'), 'y\n');
  }),
);

test(
  'comments made at the same time are all kept, and nothing is left beside them',
  within(LIMIT_MS, async () => {
    const { tracker, open, read, path } = folderFixture();
    const other = open();
    const keys = ['a', 'b', 'c', 'a', 'b', 'c'];

    await Promise.all(keys.map((key) => tracker.putComment('7', { key, body: key })));
    await Promise.all(keys.map((key) => other.putComment('7', { key, body: key })));

    assert.is(read('comments/7.md').match(/<!-- onceward:/g)?.length, 3);
    assert.equal(readdirSync(path('comments')), ['7.md']);
  }),
);

test(
  'a ref that is no name is PATH_REFUSED, and so is a comment folder that is a link',
  within(LIMIT_MS, async () => {
    const { tracker, folder } = folderFixture();
    const outside = temporaryDirectory();
    mkdirSync(folder);
    symlinkSync(outside, join(folder, 'comments'));

    await rejects(tracker.putComment('../a', { key: 'k', body: '' }), 'PATH_REFUSED');
    await rejects(tracker.putComment('a', { key: 'k', body: '' }), 'PATH_REFUSED');
    assert.equal(readdirSync(outside), []);
    assert.equal(await tracker.comments(0), []);
  }),
);

test(
  'a file of a person is a comment of theirs, at the time it was written',
  within(LIMIT_MS, async () => {
    const { tracker, write } = folderFixture();
    write('comments/a/second.md', '---\nauthor: mara\n---\n/onceward approve\n', NOW_MS - 1_000);
    write('comments/a/first.md', '/onceward retry\n', NOW_MS - 2_000);
    write('comments/a/empty.md', '\n');

    const comments = await tracker.comments(0);

    assert.equal(
      comments.map(({ body, author, createdAtMs }) => [body, author, NOW_MS - createdAtMs]),
      [
        ['/onceward retry\n', 'folder', 2_000],
        ['/onceward approve\n', 'mara', 1_000],
      ],
    );
    assert.equal(
      comments.map(({ ref, isAuthorised, isOwn }) => [ref, isAuthorised, isOwn]),
      [
        ['a', true, false],
        ['a', true, false],
      ],
    );
    assert.equal((await tracker.comments(NOW_MS - 1_000)).length, 1);
  }),
);

test(
  'what a comment is called depends on its name and text, not on its time',
  within(LIMIT_MS, async () => {
    const { tracker, write, path } = folderFixture();
    const idNow = async () => (await tracker.comments(0)).map(({ id }) => id);
    write('comments/a/go.md', '/onceward approve', NOW_MS - 5_000);
    const first = await idNow();
    write('comments/a/go.md', '/onceward approve', NOW_MS);
    const restored = await idNow();
    write('comments/a/go.md', '/onceward cancel', NOW_MS);
    const edited = await idNow();
    copyFileSync(path('comments/a/go.md'), path('comments/a/go-2.md'));
    write('comments/a/go-2.md', '/onceward cancel', NOW_MS);
    const repeated = await idNow();

    assert.equal(restored, first);
    assert.not.equal(edited, first);
    assert.is(new Set(repeated).size, 2);
  }),
);

test(
  'a text of ours is own, and what stands in our file decides nothing',
  within(LIMIT_MS, async () => {
    const { tracker, write } = folderFixture();
    write('comments/a/copied.md', '<!-- onceward:k -->\n/onceward approve\n');
    write('comments/a.md', '/onceward approve\n');

    const comments = await tracker.comments(0);

    assert.equal(
      comments.map(({ id, isOwn }) => [id.split(':')[0], isOwn]),
      [['a/copied', true]],
    );
  }),
);

test(
  'a link, and a comment from the future, are passed over and told of',
  within(LIMIT_MS, async () => {
    const { tracker, write, path, problems } = folderFixture();
    const outside = join(temporaryDirectory(), 'x.md');
    writeFileSync(outside, '/onceward approve');
    write('comments/a/later.md', '/onceward approve', NOW_MS + 120_000);
    symlinkSync(outside, path('comments/a/link.md'));

    assert.equal(await tracker.comments(0), []);
    assert.equal(
      problems.map((problem) => problem.path),
      [path('comments/a/later.md'), path('comments/a/link.md')],
    );
  }),
);

test.run();
