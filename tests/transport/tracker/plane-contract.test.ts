// What a Plane server has to do for us: asserted against the small server, or against a real one when
// ONCEWARD_TEST_PLANE_URL, _TOKEN, _WORKSPACE and _PROJECT name it. A run makes about forty requests.
import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { contractPlace } from './plane-fixture.ts';

const LIMIT_MS = 240_000;
const place = await contractPlace();

test(
  'a work item with the label asks for work, under the identifier people know',
  within(LIMIT_MS, async () => {
    const { tracker, add } = place;
    const ref = await add({
      ...{ name: 'Repair the login', priority: 'high' },
      description_html: '<p>It <b>fails</b> &amp; stays.</p><ul><li>once</li></ul>',
    });

    const issue = (await tracker.issues()).find((listed) => listed.ref === ref);

    assert.match(issue?.item ?? '', /^[A-Za-z0-9_-]+-\d+$/);
    assert.match(issue?.url ?? '', `/browse/${issue?.item}/`);
    assert.is(issue?.title, 'Repair the login');
    assert.match(issue?.body ?? '', /^It fails & stays\.\n+- once$/);
    assert.equal(
      [issue?.isOpen, issue?.isWanted, issue?.mark, issue?.priority, issue?.blockedBy],
      [true, true, null, 1, []],
    );
  }),
);

test(
  'a mark is shown, a repeated one changes nothing, and done closes what asked for work',
  within(LIMIT_MS, async () => {
    const { tracker, add } = place;
    const ref = await add();

    assert.is(await tracker.mark(ref, 'active'), 'written');
    assert.is(await tracker.mark(ref, 'active'), 'unchanged');
    const active = await tracker.issue(ref);
    assert.is(await tracker.mark(ref, 'done'), 'written');
    const done = await tracker.issue(ref);

    assert.equal([active?.mark, active?.isWanted, active?.isOpen], ['active', true, true]);
    assert.equal([done?.mark, done?.isWanted, done?.isOpen], ['done', false, false]);
    assert.type(done?.closedAtMs, 'number');
  }),
);

test(
  'a comment is made once, left alone when it says the same, and edited otherwise',
  within(LIMIT_MS, async () => {
    const { tracker, add } = place;
    const ref = await add();
    const key = `${ref}:status`;
    const first = { key, body: 'Stage **build**: `npm test`\n\n- one\n- <two>' };

    const outcomes = [
      await tracker.putComment(ref, first),
      await tracker.putComment(ref, first),
      await tracker.putComment(ref, { key, body: 'Done.' }),
    ];
    const comments = (await tracker.comments(0)).filter((comment) => comment.ref === ref);

    assert.equal(outcomes, ['created', 'unchanged', 'edited']);
    assert.equal(
      comments.map(({ isOwn, body }) => [isOwn, body]),
      [[true, 'Done.']],
    );
  }),
);

test(
  'what a member says is read as text, and may decide',
  within(LIMIT_MS, async () => {
    const { tracker, add, say } = place;
    const ref = await add();
    await tracker.comments(0);
    const id = await say(ref, '<p>/onceward approve</p>');

    const comment = (await tracker.comments(0)).find((found) => found.id === id);

    assert.equal(
      [comment?.ref, comment?.body, comment?.isOwn, comment?.isAuthorised],
      [ref, '/onceward approve', false, true],
    );
  }),
);

test(
  'a work item waits for those it is blocked by',
  within(LIMIT_MS, async () => {
    const { tracker, add, block } = place;
    const [ref, blocker] = [await add(), await add()];
    await block(ref, blocker);

    const issues = await tracker.issues();
    const item = issues.find((issue) => issue.ref === blocker)?.item;

    assert.equal(issues.find((issue) => issue.ref === ref)?.blockedBy, [item]);
  }),
);

test(
  'a work item that is not there is null; a project or a key that is none is refused',
  within(LIMIT_MS, async () => {
    const { tracker, withKey, inProject } = place;

    assert.is(await tracker.issue(randomUUID()), null);
    await rejects(inProject(randomUUID()).issues(), 'OUTSIDE_REFUSED');
    await rejects(withKey('plane_api_none').issues(), 'OUTSIDE_REFUSED');
  }),
);

test.after(() => place.close());

test.run();
