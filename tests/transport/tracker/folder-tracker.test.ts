// A folder of Markdown files is a tracker: what asks for work, in which order, and where it stands.
import { existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';
import { folderFixture, NOW_MS } from './folder-fixture.ts';

const LIMIT_MS = 10_000;

test(
  'a folder that is not there is an empty tracker, and reading does not make it',
  within(LIMIT_MS, async () => {
    const { tracker, folder } = folderFixture();

    assert.equal(await tracker.issues(), []);
    assert.equal(await tracker.comments(0), []);
    assert.is(await tracker.issue('login'), null);
    assert.is(await tracker.mark('login', 'active'), 'unchanged');
    assert.not(existsSync(folder));
  }),
);

test(
  'a file without front matter asks for work under its first heading',
  within(LIMIT_MS, async () => {
    const { tracker, write } = folderFixture();
    write('login.md', '# Repair the login #\n\nIt fails.\n');

    assert.equal(await tracker.issues(), [
      {
        ...{ ref: 'login', item: 'login', url: null, author: 'folder', priority: null },
        ...{ title: 'Repair the login', body: '# Repair the login #\n\nIt fails.\n' },
        ...{ isOpen: true, closedAtMs: null, isWanted: true, mark: null, blockedBy: [] },
        ...{ labels: [], updatedAtMs: NOW_MS },
      },
    ]);
  }),
);

test(
  'front matter names title, author and priority, and the more urgent comes first',
  within(LIMIT_MS, async () => {
    const { tracker, write } = folderFixture();
    write('a.md', 'x');
    write('b.md', '---\npriority: low\n---\nx');
    write('c.md', '---\ntitle: "Third: c"\nauthor: mara\npriority: Urgent\nlabels: [x]\n---\nx');

    const issues = await tracker.issues();

    assert.equal(
      issues.map(({ title, author, priority, labels }) => [title, author, priority, labels]),
      [
        ['Third: c', 'mara', 0, ['x']],
        ['b', 'folder', 3, []],
        ['a', 'folder', null, []],
      ],
    );
  }),
);

test(
  'a draft, a README, a hidden file and one with an underscore ask for nothing',
  within(LIMIT_MS, async () => {
    const { tracker, write, problems } = folderFixture();
    write('draft.md', '---\nstate: draft\n---\n');
    write('README.md', 'How we work');
    write('_template.md', 'x');
    write('.hidden.md', 'x');
    write('notes.txt', 'x');

    assert.equal(await tracker.issues(), []);
    assert.is((await tracker.issue('draft'))?.isWanted, false);
    assert.equal(problems, []);
  }),
);

test(
  'what has begun stays wanted; done and cancelled are closed, failed is open and wanted no more',
  within(LIMIT_MS, async () => {
    const { tracker, write } = folderFixture();
    const states = ['active', 'approval', 'parked', 'done', 'cancelled', 'failed'];
    states.map((state) => write(`${state}.md`, `---\nstate: ${state}\n---\n`));

    const issues = await Promise.all(states.map((state) => tracker.issue(state)));
    const listed = await tracker.issues();

    assert.equal(
      issues.map((issue) => [issue?.mark, issue?.isOpen, issue?.isWanted, issue?.closedAtMs]),
      [
        ['active', true, true, null],
        ['approval', true, true, null],
        ['parked', true, true, null],
        ['done', false, false, NOW_MS],
        ['cancelled', false, false, NOW_MS],
        ['failed', true, false, null],
      ],
    );
    assert.equal(
      listed.map(({ ref }) => ref),
      ['active', 'approval', 'failed', 'parked'],
    );
  }),
);

test(
  'a file waits for those it depends on until they are done',
  within(LIMIT_MS, async () => {
    const { tracker, write } = folderFixture();
    write('a.md', '---\ndependsOn: [b, c.md, d]\n---\n');
    write('b.md', 'x');
    write('c.md', '---\nstate: done\n---\n');

    assert.equal((await tracker.issue('a'))?.blockedBy, ['b (todo)', 'd (no such file)']);

    write('b.md', '---\nstate: done\n---\n');
    write('a.md', '---\ndependsOn: b\n---\n');
    assert.equal((await tracker.issue('a'))?.blockedBy, []);
  }),
);

test(
  'any file name becomes an item, and no two names the same',
  within(LIMIT_MS, async () => {
    const { tracker, write } = folderFixture();
    const stems = ['Fix login', 'Fix-login', 'Fix=login', 'ä', 'ö', 'x'.repeat(70)];
    stems.map((stem) => write(`${stem}.md`, 'x'));
    const first = await tracker.issues();
    const taken = first.find(({ title }) => title === 'Fix login')?.item;
    write(`${taken}.md`, 'x');

    const items = (await tracker.issues()).map(({ item }) => item);

    assert.is(new Set(items).size, stems.length + 1);
    assert.equal(
      items.filter((item) => !/^[A-Za-z0-9_-]{1,60}$/.test(item)),
      [],
    );
    assert.ok(items.includes('Fix-login'));
    assert.is((await tracker.issue(String(taken)))?.title, 'Fix login');
  }),
);

test(
  'files that cannot be read are passed over, each is told of once, and the others are read',
  within(LIMIT_MS, async () => {
    const { tracker, write, folder, problems, path } = folderFixture();
    const secret = join(temporaryDirectory(), 'secret.md');
    writeFileSync(secret, '# secret');
    write('good.md', 'x');
    write('large.md', 'x'.repeat(65_537));
    write('open.md', '---\ntitle: x\n');
    write('state.md', '---\nstate: doing\n---\n');
    write('yaml.md', '---\na: [\n---\n');
    symlinkSync(secret, join(folder, 'link.md'));

    const issues = await tracker.issues();
    await tracker.issues();

    assert.equal(
      issues.map(({ ref }) => ref),
      ['good'],
    );
    assert.equal(
      problems.map((problem) => problem.path),
      ['large', 'link', 'open', 'state', 'yaml'].map((name) => path(`${name}.md`)),
    );
    assert.match(problems[1]?.reason ?? '', 'is a link');
  }),
);

test(
  'a mark changes the state and not one other byte',
  within(LIMIT_MS, async () => {
    const { tracker, write, read } = folderFixture();
    const file = (state: string) =>
      `\uFEFF---\r\n# ours\r\npriority: high   # really\r\nstate: ${state} # by hand\r\ntitle:  x\r\n---\r\nstate: todo\r\n`;
    write('a.md', file('"todo"'));

    assert.is(await tracker.mark('a', 'active'), 'written');
    assert.is(read('a.md'), file('active'));
    assert.is(await tracker.mark('a', 'active'), 'unchanged');
  }),
);

test(
  'a mark adds a state where there is none',
  within(LIMIT_MS, async () => {
    const { tracker, write, read } = folderFixture();
    write('bare.md', '# Bare\r\n');
    write('empty.md', '---\nstate:\ntitle: x\n---\n');
    write('titled.md', '---\ntitle: x\n---\nbody');

    await tracker.mark('bare', 'active');
    await tracker.mark('empty', 'parked');
    await tracker.mark('titled', 'done');

    assert.is(read('bare.md'), '---\r\nstate: active\r\n---\r\n\r\n# Bare\r\n');
    assert.is(read('empty.md'), '---\nstate: parked\ntitle: x\n---\n');
    assert.is(read('titled.md'), '---\ntitle: x\nstate: done\n---\nbody');
    assert.is((await tracker.issue('bare'))?.body, '# Bare\r\n');
  }),
);

test(
  'front matter in which a state cannot be written safely is refused and left as it is',
  within(LIMIT_MS, async () => {
    const { tracker, write, read } = folderFixture();
    write('a.md', '---\n{ title: x }\n---\n');

    await rejects(tracker.mark('a', 'active'), 'OUTSIDE_REFUSED');
    assert.is(read('a.md'), '---\n{ title: x }\n---\n');
  }),
);

test(
  'a mark keeps the permissions of the file and leaves nothing beside it',
  within(LIMIT_MS, async () => {
    const { tracker, write, folder, path } = folderFixture();
    write('a.md', 'x');
    const { mode } = statSync(path('a.md'));

    await Promise.all([tracker.mark('a', 'active'), tracker.mark('a', 'parked')]);

    assert.is(statSync(path('a.md')).mode, mode);
    assert.equal(readdirSync(folder), ['a.md']);
  }),
);

test(
  'a folder that is none is OUTSIDE_REFUSED',
  within(LIMIT_MS, async () => {
    const { tracker, folder } = folderFixture();
    writeFileSync(folder, 'a file');

    await rejects(tracker.issues(), 'OUTSIDE_REFUSED');
  }),
);

test.run();
