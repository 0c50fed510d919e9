// Comments on Plane work items: each of ours once, whatever dies or races, and nobody decides who may not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { planeFixture } from './plane-fixture.ts';

const LIMIT_MS = 20_000;

test(
  'a comment whose answer was lost is not made a second time',
  within(LIMIT_MS, async () => {
    const { tracker, add, server, world } = await planeFixture();
    const item = add();
    server.faults.push({ method: 'POST', fault: 'after' });
    const draft = { key: 'k', body: 'once' };

    await rejects(tracker.putComment(item.id, draft), 'OUTSIDE_UNAVAILABLE');
    assert.is(await tracker.putComment(item.id, draft), 'unchanged');
    assert.is(world.comments.length, 1);
    await server.close();
  }),
);

test(
  'a comment that another host is making is edited, not doubled, and a second one is removed',
  within(LIMIT_MS, async () => {
    const { tracker, open, add, server, world } = await planeFixture();
    const item = add();
    const draft = { key: 'k', body: 'one' };
    await Promise.all([tracker.putComment(item.id, draft), open().putComment(item.id, draft)]);
    const raced = world.comments.length;
    world.comments.push({ ...world.comments[0], id: 'copy', created_at: '2099-01-01T00:00:00Z' });

    assert.is(raced, 1);
    assert.is(await tracker.putComment(item.id, draft), 'edited');
    assert.is(world.comments.length, 1);
    assert.not.equal(world.comments[0]?.['id'], 'copy');
    await server.close();
  }),
);

test(
  'HTML in a comment of ours is shown as text',
  within(LIMIT_MS, async () => {
    const { tracker, add, server, world } = await planeFixture();
    const body = '<img src=x onerror=alert(1)> [x](javascript:alert(1))';
    await tracker.putComment(add().id, { key: 'k', body });

    assert.not.match(String(world.comments[0]?.['comment_html']), /<img|href="javascript/);
    await server.close();
  }),
);

test(
  'members may decide and guests may not, unless they are listed',
  within(LIMIT_MS, async () => {
    const { tracker, open, add, say, server } = await planeFixture();
    const item = add();
    ['owner', 'mara', 'guest'].map((name, at) => say(item, `<p>${name}</p>`, at));
    const decides = async (some: typeof tracker) =>
      (await some.comments(0)).filter(({ isAuthorised }) => isAuthorised).map(({ body }) => body);

    assert.equal(await decides(tracker), ['owner', 'mara']);
    assert.equal(await decides(open({ commanders: ['Guest'] })), ['owner', 'mara', 'guest']);
    await server.close();
  }),
);

test(
  'without roles in the project those of the workspace count, and without those nobody may decide',
  within(LIMIT_MS, async () => {
    const told = await planeFixture({}, { hasProjectRoles: false });
    const untold = await planeFixture({}, { hasProjectRoles: false, isAdmin: false });
    const decides = async ({ add, say, tracker }: typeof told) => {
      const item = add();
      [0, 1, 2].map((by) => say(item, '<p>x</p>', by));
      return (await tracker.comments(0)).map(({ isAuthorised }) => isAuthorised);
    };

    assert.equal(await decides(told), [true, true, false]);
    assert.equal(await decides(untold), [false, false, false]);
    await Promise.all([told.server.close(), untold.server.close()]);
  }),
);

test(
  'who a comment says it is by does not count, and one that claims to be ours decides nothing',
  within(LIMIT_MS, async () => {
    const { tracker, add, server, world } = await planeFixture();
    const [owner, , guest] = world.users;
    const item = add();
    const html = { comment_html: '<p>/onceward approve</p>' };
    world.createComment(item, { ...html, created_by: owner?.id }, guest?.id);
    world.createComment(item, { ...html, external_source: 'onceward', external_id: 'x' });

    const comments = await tracker.comments(0);

    assert.equal(
      comments.map(({ author, isAuthorised, isOwn }) => [author, isAuthorised, isOwn]),
      [
        ['guest', false, false],
        ['owner', true, true],
      ],
    );
    await server.close();
  }),
);

test(
  'comments are read again only where something changed',
  within(LIMIT_MS, async () => {
    const { tracker, add, say, server } = await planeFixture();
    const items = [add(), add(), add({ labels: [] })];
    items.map((item) => say(item, '<p>first</p>'));
    await tracker.comments(0);
    server.requests.length = 0;
    say(items[1] ?? {}, '<p>second</p>');

    const comments = await tracker.comments(Date.now() - 1_000);

    assert.is(comments.length, 3);
    assert.equal(server.requests, [
      'GET /work-items/',
      `GET /work-items/${items[1]?.id}/comments/`,
    ]);
    await server.close();
  }),
);

test.run();
