// A Plane project as a tracker: few requests, what changed is seen, and marks touch nothing else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';
import { planeFixture } from './plane-fixture.ts';

const LIMIT_MS = 20_000;

test(
  'all pages are read once, and then a poll without news is one request',
  within(LIMIT_MS, async () => {
    const { tracker, add, server } = await planeFixture();
    Array.from({ length: 250 }, (_, at) => add({ priority: at === 200 ? 'urgent' : 'low' }));
    await tracker.mark(String(server.world.items[0]?.['id']), 'active');
    server.world.items.slice(1).map((item) => server.world.patchItem(item, { labels: [] }));
    server.world.items
      .slice(1)
      .map((item) => Object.assign(item, { updated_at: '2026-01-01T00:00:00Z' }));
    const first = await tracker.issues();
    server.requests.length = 0;
    const second = await tracker.issues();

    assert.equal([first.length, second.length], [1, 1]);
    assert.equal(server.requests, ['GET /work-items/']);
    await server.close();
  }),
);

test(
  'the more urgent comes first, then the older',
  within(LIMIT_MS, async () => {
    const { tracker, add, server } = await planeFixture();
    ['none', 'low', 'urgent', 'low'].map((priority) => add({ priority }));

    const issues = await tracker.issues();

    assert.equal(
      issues.map(({ item, priority }) => [item, priority]),
      [
        ['SHOP-3', 0],
        ['SHOP-2', 3],
        ['SHOP-4', 3],
        ['SHOP-1', null],
      ],
    );
    await server.close();
  }),
);

test(
  'what changed is seen at once, what was deleted within half an hour',
  within(LIMIT_MS, async () => {
    const { tracker, add, server, ahead } = await planeFixture();
    const [kept, gone] = [add(), add()];
    await tracker.issues();
    server.world.patchItem(kept, { name: 'Renamed' });
    server.world.remove(server.world.items, gone);
    const soon = await tracker.issues();
    ahead.ms = 1_800_000;
    const later = await tracker.issues();

    assert.equal([soon.length, later.length], [2, 1]);
    assert.ok(soon.some(({ title }) => title === 'Renamed'));
    assert.is(await tracker.issue(gone.id), null);
    await server.close();
  }),
);

test(
  'only so many relations are read in one poll, and what is not read yet holds its item up',
  within(LIMIT_MS, async () => {
    const { tracker, add, server } = await planeFixture();
    Array.from({ length: 12 }, () => add());

    const first = await tracker.issues();
    const second = await tracker.issues();

    assert.is(first.filter(({ blockedBy }) => blockedBy.length > 0).length, 2);
    assert.is(second.filter(({ blockedBy }) => blockedBy.length > 0).length, 0);
    await server.close();
  }),
);

test(
  'a completed blocker holds nothing up, one that cannot be read does',
  within(LIMIT_MS, async () => {
    const { tracker, add, server, world, ahead } = await planeFixture();
    const [item, blocker] = [add(), add({ labels: [] })];
    world.relations.push({ item: item.id, blockedBy: blocker.id });
    world.relations.push({ item: item.id, blockedBy: 'elsewhere' });
    world.patchItem(blocker, { state: world.stateNamed('Done')?.id });
    const one = await tracker.issue(item.id);
    ahead.ms = 300_000;
    const listed = await tracker.issues();

    const expected = ['work item elsewhere, which cannot be read'];
    assert.equal([one?.blockedBy, listed[0]?.blockedBy], [expected, expected]);
    await server.close();
  }),
);

test(
  'marks are labels of ours: others stay, the last one is left, and a final one takes the wish away',
  within(LIMIT_MS, async () => {
    const { tracker, add, server, world } = await planeFixture();
    const bug = world.createLabel({ name: 'bug' }).body as { id: string };
    const item = add();
    world.patchItem(item, { labels: [...(item['labels'] as string[]), bug.id] });
    const names = () =>
      (item['labels'] as string[]).map(
        (id) => world.labels.find((at) => at['id'] === id)?.['name'],
      );

    await tracker.mark(item.id, 'active');
    const active = names();
    await tracker.mark(item.id, 'parked');
    const parked = names();
    await tracker.mark(item.id, 'failed');

    assert.equal(active, ['onceward', 'bug', 'onceward:active']);
    assert.equal(parked, ['onceward', 'bug', 'onceward:parked']);
    assert.equal(names(), ['bug', 'onceward:failed']);
    assert.is((await tracker.issue(item.id))?.isOpen, true);
    await server.close();
  }),
);

test(
  'where a state asks for work, a mark moves on, and who moves it elsewhere withdraws it',
  within(LIMIT_MS, async () => {
    const rules = { state: 'todo', states: { active: 'In Progress', cancelled: 'Cancelled' } };
    const { tracker, add, server, world } = await planeFixture(rules);
    const item = add({ labels: [], state: world.stateNamed('Todo')?.id });
    const wanted = async () => (await tracker.issue(item.id))?.isWanted;
    const before = await wanted();
    await tracker.mark(item.id, 'active');
    const active = await wanted();
    world.patchItem(item, { state: world.stateNamed('Backlog')?.id });
    const withdrawn = await wanted();
    await tracker.mark(item.id, 'cancelled');

    assert.equal([before, active, withdrawn], [true, true, false]);
    assert.is(item['state'], world.stateNamed('Cancelled')?.id);
    await server.close();
  }),
);

test(
  'a final mark that would leave a work item where it asks for work is refused',
  within(LIMIT_MS, async () => {
    const { add, server, world, open } = await planeFixture({ state: 'Todo' });
    const item = add({ labels: [], state: world.stateNamed('Todo')?.id });
    const circular = open({ states: { failed: 'Todo' } });

    await rejects(circular.mark(item.id, 'failed'), 'OUTSIDE_REFUSED');
    await open().mark(item.id, 'failed');
    assert.is(item['state'], world.stateNamed('Backlog')?.id);
    await server.close();
  }),
);

test(
  'a state that the project does not have is refused, naming those there are',
  within(LIMIT_MS, async () => {
    const { tracker, add, server } = await planeFixture({ states: { active: 'Doing' } });
    const item = add();

    const error = await rejects(tracker.mark(item.id, 'active'), 'OUTSIDE_REFUSED');

    assert.match(error.message, /no state "Doing"; there are: .*In Progress/);
    await server.close();
  }),
);

test.run();
