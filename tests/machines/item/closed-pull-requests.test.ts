// What becomes of an item when its pull request is closed: the work stops, once, and says what releases it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  ask,
  openItem,
  type Step,
  statesAfter,
  type TestActor,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';

const A = 'a'.repeat(40);
const faulty = verdictOf('infra_error', { cause: 'worker-lost' });

function seen(state: string): Step {
  return ask('pull-request', { number: 7, state, headSha: A, by: 'ada' });
}

const pushed = (attempt: number, headSha: string) =>
  advance('build', attempt, verdictOf('pass', { headSha }));
const cancelled = (stage: string, attempt = 1) => tell('run-cancelled', { stage, attempt });
const parking = (item: TestActor) => item.item().parking?.reason;

/** It has pushed a commit and waits for a person. */
function inReview(): TestActor {
  const item = openItem([{}, { name: 'ok', kind: 'approval', onReject: 'build' }]);
  statesAfter(item, pushed(1, A), seen('open'));
  return item;
}

test('closed while an agent works: its run is ended first, then the item is parked', () => {
  const item = openItem([{}]);
  item.send(seen('closed'));
  const orders = item
    .effects()
    .map((effect) => effect.type === 'tell' && [effect.to, effect.event]);

  const states = statesAfter(item, cancelled('build'));

  assert.equal(orders, [['run.shop.7.build.1', 'cancel']]);
  assert.equal(states, ['parked']);
  assert.is(parking(item), 'pull-request-closed');
  assert.match(item.item().parking?.message ?? '', /#7 was closed without being merged by ada/);
});

test('closed while its run is being finalized, which nobody can cancel: no other stage begins', () => {
  const item = openItem([{}, { name: 'release' }]);

  assert.equal(statesAfter(item, seen('closed'), pushed(1, A)), ['active.working', 'parked']);
  assert.is(parking(item), 'pull-request-closed');
  assert.is(item.item().next, 'release');
});

test('closed while it waits before it tries again: it is parked at once', () => {
  const item = openItem([{}]);

  const states = statesAfter(item, advance('build', 1, faulty), seen('closed'));

  assert.equal(states, ['active.backingOff', 'parked']);
  assert.equal([parking(item), item.item().next], ['pull-request-closed', 'build']);
});

test('closed while a person is waited for, and released: the same is asked again', () => {
  const item = inReview();

  const states = statesAfter(item, seen('closed'), cancelled('ok'), ask('retry'));

  assert.equal(states, ['awaitingApproval', 'parked', 'awaitingApproval']);
  assert.equal(item.item().current, { stage: 'ok', attempt: 2 });
});

test('released although it is closed: it goes on, and is not stopped again for the same', () => {
  const item = openItem([{}, { name: 'release' }]);

  const states = statesAfter(
    item,
    ...[seen('closed'), cancelled('build'), ask('retry')],
    ...[seen('closed'), pushed(2, A)],
  );

  assert.equal(states.slice(2), ['active.working', 'active.working (not-now)', 'active.working']);
});

test('a run that is cancelled for another reason afterwards is not put down to the close', () => {
  const item = openItem([{}]);

  statesAfter(item, seen('closed'), cancelled('build'), ask('retry'), cancelled('build', 2));

  assert.is(parking(item), 'run-cancelled');
});

test('reopened and closed once more, it stops once more', () => {
  const item = openItem([{}]);
  const again = [seen('open'), ask('retry'), seen('closed'), cancelled('build', 2)];

  const states = statesAfter(item, seen('closed'), cancelled('build'), ...again);

  assert.equal(states.slice(2), ['parked', 'active.working', 'active.working', 'parked']);
  assert.is(parking(item), 'pull-request-closed');
});

test('closed and merged after all: the merge counts', () => {
  const item = inReview();

  const states = statesAfter(item, seen('closed'), seen('merged'), cancelled('ok'));

  assert.equal(states, ['awaitingApproval', 'awaitingApproval', 'done']);
});

test('closed and merged after all while its run hands over: what is behind it begins', () => {
  const item = openItem([{}, { name: 'release' }]);

  const states = statesAfter(item, seen('closed'), seen('merged'), pushed(1, A));

  assert.equal(states, ['active.working', 'active.working', 'active.working']);
});

test('closed while it is parked changes nothing of what releases it', () => {
  const item = openItem([{}, { name: 'release' }]);
  statesAfter(item, ask('pause'), pushed(1, A));

  assert.equal(statesAfter(item, seen('closed'), ask('resume')), ['parked', 'active.working']);
  assert.equal(statesAfter(item, advance('release', 1)), ['parked']);
  assert.is(parking(item), 'not-landed');
});

test.run();
