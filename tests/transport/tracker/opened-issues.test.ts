// Issues that are opened for others, in a folder and on GitHub: one for each key, whoever asks, and however often.
import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubTracker } from '../../../transport/tracker/github-tracker.ts';
import { within } from '../../support/within.ts';
import { closeGitHub, openGitHub } from '../github/github-fixture.ts';
import { folderFixture } from './folder-fixture.ts';

const LIMIT_MS = 30_000;

test.after(closeGitHub);

async function setup() {
  const fixture = await openGitHub();
  const { repository } = fixture;
  const { human } = fixture.github.tokens;
  const open = () => githubTracker({ client: fixture.client(), repository, label: 'onceward' });
  const edit = (ref: string, change: object) =>
    fixture.as(human, 'PATCH', `/issues/${ref}`, change);
  return { ...fixture, open, tracker: open(), edit };
}

test(
  'a file that is opened asks for work, says what it was given, and is one file for each name',
  within(LIMIT_MS, async () => {
    const { tracker, folder } = folderFixture();
    const draft = { key: 'k', name: 'incident-1', title: 'bad: "x"', body: '# Seen\n\n500' };

    const opened = await tracker.putIssue?.(draft);
    const again = await tracker.putIssue?.({ ...draft, title: 'another' });

    assert.equal(again, opened);
    assert.equal(readdirSync(folder), ['incident-1.md']);
    assert.equal(
      [opened?.ref, opened?.title, opened?.isWanted, opened?.author],
      ['incident-1', 'bad: "x"', true, 'onceward'],
    );
    assert.is(opened?.body, '# Seen\n\n500\n');
  }),
);

test(
  'a file that is opened again stays as people have changed it',
  within(LIMIT_MS, async () => {
    const { tracker, write, read } = folderFixture();
    const draft = { key: 'k', name: 'incident-1', title: 'bad', body: 'x' };
    await tracker.putIssue?.(draft);
    write('incident-1.md', '---\nstate: cancelled\n---\nNot ours.\n');

    const again = await tracker.putIssue?.(draft);

    assert.is(again?.isOpen, false);
    assert.match(read('incident-1.md'), 'Not ours.');
  }),
);

test(
  'an issue that is opened asks for work, and there is one for each key, whatever becomes of it',
  within(LIMIT_MS, async () => {
    const { tracker, edit } = await setup();
    const draft = { key: 'deployment.shop.production:incident:2', name: 'incident', body: 'Seen.' };
    const opened = await tracker.putIssue?.({ ...draft, title: 'production is bad' });
    await edit(opened?.ref ?? '', { state: 'closed', labels: [] });

    const again = await tracker.putIssue?.({ ...draft, title: 'production is bad' });
    const other = await tracker.putIssue?.({ ...draft, key: 'another', title: 'x' });

    assert.equal(
      [opened?.isWanted, opened?.title, opened?.labels],
      [true, 'production is bad', ['onceward']],
    );
    assert.match(opened?.body ?? '', /\nSeen\.$/);
    assert.equal([again?.ref, again?.isOpen], [opened?.ref, false]);
    assert.is.not(other?.ref, opened?.ref);
  }),
);

test(
  'of two that were opened at once the first stays, and the other asks for nothing',
  within(LIMIT_MS, async () => {
    const { tracker, open } = await setup();
    const second = open();
    const draft = { key: 'incident:2', name: 'incident', title: 'bad', body: 'Seen.' };

    await Promise.all([tracker.putIssue?.(draft), second.putIssue?.(draft)]);
    const settled = await tracker.putIssue?.(draft);
    const wanted = await tracker.issues();

    assert.equal(
      wanted.map(({ ref }) => ref),
      [settled?.ref],
    );
  }),
);

test(
  'what somebody else has written under our marker is not taken for ours',
  within(LIMIT_MS, async () => {
    const { tracker, as, github } = await setup();
    const { human } = github.tokens;
    const draft = { key: 'incident:2', name: 'incident', title: 'bad', body: 'Seen.' };
    const body = '<!-- onceward:incident:2 -->\nplanted';
    const planted = await as(human, 'POST', '/issues', { title: 'bad', body });

    const opened = await tracker.putIssue?.(draft);

    assert.is.not(opened?.ref, String(planted.number));
    assert.is((await tracker.issue(String(planted.number)))?.isOpen, true);
  }),
);

test.run();
