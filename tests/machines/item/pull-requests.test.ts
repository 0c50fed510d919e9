// What becomes of an item when its pull request is merged, by whomever, whenever, and in whatever order that is
// heard of: work that was merged is done, and a merge is never taken for more than it is.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  ask,
  openItem,
  type StageInput,
  type Step,
  statesAfter,
  type TestActor,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const ok: StageInput = { name: 'ok', kind: 'approval', onReject: 'build' };

function seen(state: string, more: Record<string, unknown> = {}): Step {
  return ask('pull-request', { number: 7, state, headSha: A, by: 'ada', ...more });
}

const pushed = (attempt: number, headSha: string) =>
  advance('build', attempt, verdictOf('pass', { headSha }));
const cancelled = (stage: string, attempt = 1) => tell('run-cancelled', { stage, attempt });

/** It has pushed a commit and waits for a person. */
function inReview(...behind: StageInput[]): TestActor {
  const item = openItem([{}, ok, ...behind]);
  statesAfter(item, pushed(1, A), seen('open'));
  return item;
}

/** What the runs of the item were told last: name of the event, and whose word it is. */
function told(item: TestActor): unknown[] {
  return item.effects().flatMap((effect) => {
    if (effect.type !== 'tell') return [];
    const data = effect.data as { claimant?: string };
    return [[effect.to, effect.event, ...(data.claimant ? [data.claimant] : [])]];
  });
}

const parking = (item: TestActor) => item.item().parking?.reason;

test('a pull request is noted, and nothing moves', () => {
  const item = openItem([{}]);

  assert.equal(statesAfter(item, seen('open')), ['active.working']);
  assert.is(item.item().pullRequest?.number, 7);
});

test('what is known of it is no news, and an older one never is', () => {
  const states = statesAfter(
    openItem([{}]),
    seen('open'),
    seen('open', { url: 'https://example.test/7' }),
    seen('merged', { number: 6 }),
    seen('open', { number: 8 }),
  );

  const refused = 'active.working (not-now)';
  assert.equal(states, ['active.working', refused, refused, 'active.working']);
});

test('who merges has decided: the approval is claimed with that name', () => {
  const item = inReview();

  assert.equal(statesAfter(item, seen('merged')), ['awaitingApproval']);
  assert.equal(told(item), [['run.shop.7.ok.1', 'claim', 'ada']]);
});

test('what was merged has landed, whatever commit it became: the item is done', () => {
  const item = inReview();

  const approved = advance('ok', 1, verdictOf('pass', { headSha: A }));

  assert.equal(statesAfter(item, seen('merged'), approved), ['awaitingApproval', 'done']);
});

test('a commit of somebody else on top of ours is merged with ours in it', () => {
  const item = inReview();

  item.send(seen('merged', { headSha: B }));

  assert.equal([item.item().headSha, item.item().isLanded], [B, true]);
});

test('a merge without the newest commit approves nothing, and lands nothing', () => {
  const item = inReview();
  const rejected = verdictOf('product_fail', { cause: 'rejected' });
  statesAfter(item, advance('ok', 1, rejected), pushed(2, B));

  const states = statesAfter(item, seen('merged', { headSha: A }));

  assert.equal(states, ['awaitingApproval']);
  assert.equal(told(item), []);
  assert.equal([item.item().headSha, item.item().isLanded], [B, false]);
});

test('merged while an agent works: what it pushes afterwards has not landed', () => {
  const item = openItem([{}]);

  assert.equal(statesAfter(item, seen('merged'), pushed(1, B)), ['active.working', 'parked']);
  assert.is(parking(item), 'not-landed');
});

test('merged while an agent works that has nothing to add: nobody is asked any more', () => {
  const item = openItem([{}, ok]);

  const states = statesAfter(item, seen('merged'), advance('build', 1));

  assert.equal(states, ['active.working', 'awaitingApproval']);
  assert.equal(told(item).slice(-1), [['run.shop.7.ok.1', 'claim', 'ada']]);
});

test('a merge approves what the reviewers were asked, never what somebody else is asked behind it', () => {
  const item = inReview({ name: 'production', kind: 'approval' });
  statesAfter(item, advance('ok', 1));

  const states = statesAfter(item, seen('merged'));

  assert.equal(states, ['awaitingApproval']);
  assert.equal([item.item().current?.stage, ...told(item)], ['production']);
});

test('merged before an approval behind the review begins: that one still asks', () => {
  const item = inReview({ name: 'production', kind: 'approval' });

  statesAfter(item, seen('merged'), advance('ok', 1));

  assert.equal(
    item.effects().map((effect) => (effect.type === 'tell' ? effect.event : effect.type)),
    ['advance-confirmed', 'open', 'alarm'],
  );
});

test('where an approval listens to reviews, a merge decides that one and no other', () => {
  const reviews: StageInput = { name: 'review', kind: 'approval', approve: 'reviews' };
  const item = openItem([{ name: 'plan', kind: 'approval' }, reviews]);
  statesAfter(item, seen('merged'));
  const first = told(item);

  item.send(advance('plan', 1));

  assert.equal(first, []);
  assert.equal(told(item).slice(-1), [['run.shop.7.review.1', 'claim', 'ada']]);
});

test('a parked item whose work is merged is done: nobody has to release it', () => {
  const item = openItem([{}]);

  assert.equal(statesAfter(item, cancelled('build'), seen('merged')), ['parked', 'done']);
});

test('an item that waits to be seen on the base branch is done when the forge has seen the merge', () => {
  const item = openItem([{}, { name: 'merge', kind: 'command' }]);

  const states = statesAfter(item, pushed(1, A), advance('merge', 1), seen('merged'));

  assert.equal(states, ['active.working', 'parked', 'done']);
});

test('a stage behind the review that has failed is not made good by the merge before it', () => {
  const item = inReview({ name: 'deploy', kind: 'external' });

  const states = statesAfter(item, advance('ok', 1), cancelled('deploy'), seen('merged'));

  assert.equal(states, ['active.working', 'parked', 'parked']);
});

test('merged before it would have been parked: it is done instead', () => {
  const budgets = { product: 1 } as never;
  const item = openItem([{ budgets }, ok]);

  const failed = advance('build', 1, verdictOf('product_fail'));

  assert.equal(statesAfter(item, seen('merged'), failed), ['active.working', 'done']);
});

test('its run is cancelled when its work was merged already: it is done', () => {
  const item = inReview();

  assert.equal(statesAfter(item, seen('merged'), cancelled('ok')), ['awaitingApproval', 'done']);
});

test('what was merged stays merged: an older reading that comes late takes nothing back', () => {
  const item = openItem([{}]);

  const states = statesAfter(item, seen('merged'), seen('open'), seen('closed'));

  const refused = 'active.working (not-now)';
  assert.equal(states, ['active.working', refused, refused]);
  assert.ok(item.item().isLanded);
});

test('a new pull request after the merge has landed nothing yet', () => {
  const item = openItem([{}]);

  statesAfter(item, seen('merged'), seen('open', { number: 8, headSha: B }));

  assert.equal([item.item().pullRequest?.number, item.item().isLanded], [8, false]);
});

test('whatever becomes of its pull request, an item that is being cancelled ends cancelled', () => {
  const item = openItem([{}]);

  const states = statesAfter(item, ask('cancel'), seen('merged'), cancelled('build'));

  assert.equal(states, ['active.cancelling', 'active.cancelling', 'cancelled']);
  assert.is(item.item().pullRequest?.state, 'merged');
});

test('an item that has ended is told no more', () => {
  const item = openItem([{}]);
  item.send(advance('build', 1));

  assert.equal(statesAfter(item, seen('closed')), ['done (finished)']);
});

test('a publisher cannot say that it was merged', () => {
  const item = openItem([{}]);
  const forged: Step = { ...seen('merged'), door: 'mailbox', sequence: 1 };

  const decision = item.send(forged);

  assert.match(decision.outcome === 'refused' ? decision.message : '', /only hosts report pull-re/);
});

test.run();
