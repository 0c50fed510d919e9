// GitHub Issues as a tracker: which issues are wanted, and what it costs to know.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { githubTracker } from '../../../transport/tracker/github-tracker.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { closeGitHub, openGitHub } from '../github/github-fixture.ts';

const LIMIT_MS = 30_000;

test.after(closeGitHub);

async function setup(options: { commanders?: string[] } = {}) {
  const fixture = await openGitHub();
  const client = fixture.client();
  const { repository } = fixture;
  const tracker = githubTracker({ client, repository, label: 'onceward', ...options });
  const { human } = fixture.github.tokens;
  const edit = (ref: string, change: object) =>
    fixture.as(human, 'PATCH', `/issues/${ref}`, change);
  return { ...fixture, client, tracker, edit };
}

test(
  'an issue with the label is wanted, and told with all that GitHub knows of it',
  within(LIMIT_MS, async () => {
    const { tracker, issue, repository, github } = await setup();
    await issue('Totals are wrong', ['onceward', 'priority:high']);
    await issue('not ours', ['bug']);
    const [found, ...others] = await tracker.issues();
    assert.equal(others, []);
    const { updatedAtMs, ...told } = found ?? { updatedAtMs: 0 };
    assert.ok(updatedAtMs > 0);
    assert.equal(told, {
      ref: '1',
      item: 'gh-1',
      url: `${github.url}/${repository}/issues/1`,
      title: 'Totals are wrong',
      body: 'Totals are wrong, at length',
      author: 'alice',
      isOpen: true,
      closedAtMs: null,
      isWanted: true,
      mark: null,
      priority: 1,
      ...{ blockedBy: [], labels: ['onceward', 'priority:high'] },
    });
  }),
);

test(
  'a look at an unchanged repository is one request that is not counted',
  within(LIMIT_MS, async () => {
    const { tracker, issue, seen } = await setup();
    await issue('a');
    const first = await tracker.issues();
    seen();
    assert.equal(await tracker.issues(), first);
    assert.equal(seen(), ['GET /issues 304']);
  }),
);

test(
  'the most urgent come first, and what nobody has ranked before the low',
  within(LIMIT_MS, async () => {
    const { tracker, issue } = await setup();
    await issue('low', ['onceward', 'Priority: Low']);
    await issue('unranked');
    await issue('medium', ['onceward', 'p2']);
    await issue('urgent', ['onceward', 'P0']);
    await issue('high', ['onceward', 'priority:high']);
    const found = await tracker.issues();
    assert.equal(
      found.map(({ title, priority }) => [title, priority]),
      [
        ['urgent', 0],
        ['high', 1],
        ['medium', 2],
        ['unranked', null],
        ['low', 3],
      ],
    );
  }),
);

test(
  'only what GitHub counts as open blockers holds an issue up',
  within(LIMIT_MS, async () => {
    const { tracker, issue, edit, github, repository } = await setup();
    const ref = await issue('a');
    await edit(ref, { body: 'blocked by #1, depends on #2' });
    assert.equal((await tracker.issue(ref))?.blockedBy, []);
    github.dependOn(repository, 1, 2);
    assert.equal((await tracker.issue(ref))?.blockedBy, ['2 open issues']);
  }),
);

test(
  'a pull request is no issue',
  within(LIMIT_MS, async () => {
    const { tracker, issue, as, github } = await setup();
    const { sha } = (await as(github.tokens.owner, 'GET', '/git/ref/heads/main')).object;
    await as(github.tokens.owner, 'POST', '/git/refs', { ref: 'refs/heads/onceward/x', sha });
    const given = { title: 'x', head: 'onceward/x', base: 'main' };
    const { number } = await as(github.tokens.owner, 'POST', '/pulls', given);
    assert.is(await tracker.issue(String(number)), null);
    assert.is(await tracker.issue('999'), null);
    assert.is(await tracker.issue('../1'), null);
    await issue('a');
    assert.is((await tracker.issues()).length, 1);
  }),
);

test(
  'a closed issue is told with the moment it was closed, and is in no list',
  within(LIMIT_MS, async () => {
    const { tracker, issue, edit } = await setup();
    const ref = await issue('a');
    await tracker.issues();
    await edit(ref, { state: 'closed' });
    assert.equal(await tracker.issues(), []);
    const found = await tracker.issue(ref);
    assert.is(found?.isOpen, false);
    assert.ok((found?.closedAtMs ?? 0) > 0);
  }),
);

test(
  'an issue that is marked stays in the list when its label is taken away',
  within(LIMIT_MS, async () => {
    const { tracker, issue, edit, seen } = await setup();
    const ref = await issue('a', ['onceward', 'onceward:active']);
    await tracker.issues();
    await edit(ref, { labels: ['onceward:active'] });
    seen();
    const [found] = await tracker.issues();
    assert.equal([found?.ref, found?.isWanted, found?.mark], [ref, false, 'active']);
    assert.equal(seen(), ['GET /issues 200', `GET /issues/${ref} 200`]);
    assert.is((await tracker.issues()).length, 1);
    assert.equal(seen(), ['GET /issues 304', `GET /issues/${ref} 304`]);
    await edit(ref, { state: 'closed' });
    assert.equal(await tracker.issues(), []);
  }),
);

test(
  'an issue that one list does not show is read by itself before it is taken for gone',
  within(LIMIT_MS, async () => {
    const { tracker, issue, github } = await setup();
    await issue('a');
    const before = await tracker.issues();
    github.breakNext('GET', /\/issues$/, { kind: 'status', status: 200, body: '[]' });
    assert.equal(await tracker.issues(), before);
  }),
);

test(
  'marked issues that were never wanted are found at the first look',
  within(LIMIT_MS, async () => {
    const { tracker, issue } = await setup();
    await issue('a', ['onceward:parked']);
    const [found] = await tracker.issues();
    assert.equal([found?.mark, found?.isWanted], ['parked', false]);
  }),
);

test(
  'an issue that is wanted and marked is read by no request of its own',
  within(LIMIT_MS, async () => {
    const { tracker, issue, seen } = await setup();
    await issue('a', ['onceward', 'onceward:active']);
    seen();

    const issues = await tracker.issues();

    assert.is(issues.length, 1);
    assert.equal(
      seen().filter((request) => /issues\/\d/.test(request)),
      [],
    );
  }),
);

test(
  'a mark is one label of ours; those of people stay',
  within(LIMIT_MS, async () => {
    const { tracker, issue, as, github } = await setup();
    const ref = await issue('a', ['onceward', 'bug']);
    assert.is(await tracker.mark(ref, 'active'), 'written');
    assert.is(await tracker.mark(ref, 'active'), 'unchanged');
    assert.is(await tracker.mark(ref, 'parked'), 'written');
    const { labels } = await as(github.tokens.human, 'GET', `/issues/${ref}`);
    const names = labels.map(({ name }: { name: string }) => name);
    assert.equal(names.sort(), ['bug', 'onceward', 'onceward:parked']);
    const { color, description } = labels.find(
      ({ name }: { name: string }) => name === 'onceward:parked',
    );
    assert.equal([color, description], ['d93f0b', 'stopped, and waits for a person']);
  }),
);

test(
  'done takes the label of the intake away and closes the issue in one write',
  within(LIMIT_MS, async () => {
    const { tracker, issue, as, github, seen } = await setup();
    const ref = await issue('a', ['onceward', 'onceward:active', 'bug']);
    seen();
    assert.is(await tracker.mark(ref, 'done'), 'written');
    const writes = seen().filter((request) => /^(PATCH|PUT|DELETE)|\/issues.*POST/.test(request));
    assert.equal(writes, [`PATCH /issues/${ref} 200`]);
    const found = await as(github.tokens.human, 'GET', `/issues/${ref}`);
    const names = found.labels.map(({ name }: { name: string }) => name);
    assert.equal(names.sort(), ['bug', 'onceward:done']);
    assert.equal([found.state, found.state_reason], ['closed', 'completed']);
    assert.is(await tracker.mark(ref, 'done'), 'unchanged');
  }),
);

test(
  'an issue whose item was given up or called off stays open',
  within(LIMIT_MS, async () => {
    const { tracker, issue } = await setup();
    const ref = await issue('a');
    await tracker.mark(ref, 'failed');
    await tracker.mark(ref, 'cancelled');
    const found = await tracker.issue(ref);
    assert.equal([found?.isOpen, found?.isWanted, found?.mark], [true, false, 'cancelled']);
  }),
);

test(
  'an issue that is not there cannot be marked',
  within(LIMIT_MS, async () => {
    const { tracker, repository } = await setup();
    const { message } = await rejects(tracker.mark('77', 'active'), 'OUTSIDE_REFUSED');
    assert.match(message, `${repository} has no issue 77`);
  }),
);

test('a label with a comma, which GitHub would take for two, is refused', () => {
  const given = { client: {} as never, repository: 'acme/shop' };
  assert.throws(() => githubTracker({ ...given, label: 'a,b' }), /comma/);
});

test('a repository is named by owner and name', () => {
  const client = {} as never;
  assert.throws(() => githubTracker({ client, repository: 'a/../b', label: 'x' }), /owner\/name/);
});

test.run();
