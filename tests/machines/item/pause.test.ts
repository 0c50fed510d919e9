// Pause and resume, approvals, and what an operator may do about them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  ask,
  deadline,
  OPENED_AT_MS,
  openItem,
  statesAfter,
  verdictOf,
} from '../../support/machine-steps.ts';

const STAGES = [{ name: 'build' }, { name: 'release' }];
const APPROVAL = [
  { name: 'build' },
  { name: 'ok', kind: 'approval' },
  { name: 'release' },
] as const;
const approved = verdictOf('pass', { cause: 'approved' });
const rejected = verdictOf('product_fail', { cause: 'rejected', summary: 'too large' });

function claimsOf(effects: ReturnType<ReturnType<typeof openItem>['effects']>) {
  return effects.flatMap((effect) => {
    if (effect.type !== 'tell' || effect.event !== 'claim') return [];
    const { claimant, verdict } = effect.data as { claimant: string; verdict: { kind: string } };
    return [[effect.to, claimant, verdict.kind]];
  });
}

test('a pause takes effect before the next stage, not within the present one', () => {
  const item = openItem(STAGES);

  const states = statesAfter(item, ask('pause'), advance('build', 1), ask('resume'));

  assert.equal(states, ['active.working', 'parked', 'active.working']);
  assert.equal(item.item().current, { stage: 'release', attempt: 1 });
});

test('a pause is not an alarm', () => {
  const item = openItem(STAGES);

  statesAfter(item, ask('pause'), advance('build', 1));

  assert.equal(
    item.effects().map(({ type }) => type),
    ['tell'],
  );
});

test('a pause can be withdrawn', () => {
  const states = statesAfter(openItem(STAGES), ask('pause'), ask('resume'), advance('build', 1));

  assert.equal(states, ['active.working', 'active.working', 'active.working']);
});

test('pausing twice, or resuming what runs, is refused', () => {
  const states = statesAfter(openItem(STAGES), ask('resume'), ask('pause'), ask('pause'));

  const refused = 'active.working (not-now)';
  assert.equal(states, [refused, 'active.working', refused]);
});

test('a pause does not keep an item from ending', () => {
  const states = statesAfter(openItem([{ name: 'build' }]), ask('pause'), advance('build', 1));

  assert.equal(states, ['active.working', 'done']);
});

test('a paused item is resumed, not retried', () => {
  const states = statesAfter(openItem(STAGES), ask('pause'), advance('build', 1), ask('retry'));

  assert.is(states.at(-1), 'parked (not-now)');
});

test('an item that backs off is paused at once', () => {
  const item = openItem(STAGES);

  const states = statesAfter(
    item,
    advance('build', 1, verdictOf('infra_error')),
    ask('pause'),
    ask('resume'),
  );

  assert.equal(states, ['active.backingOff', 'parked', 'active.working']);
  assert.equal(item.item().current, { stage: 'build', attempt: 2 });
});

test('an item paused before an approval resumes by waiting for it', () => {
  const states = statesAfter(
    openItem([...APPROVAL]),
    ask('pause'),
    advance('build', 1),
    ask('resume'),
  );

  assert.equal(states, ['active.working', 'parked', 'awaitingApproval']);
});

test('an approval is claimed for the person who gives it, and then advances', () => {
  const item = openItem([...APPROVAL]);

  const states = statesAfter(item, advance('build', 1), ask('approve', { by: 'ada' }));

  assert.equal(states, ['awaitingApproval', 'awaitingApproval']);
  assert.equal(claimsOf(item.effects()), [['run.shop.7.ok.1', 'ada', 'pass']]);
  assert.equal(statesAfter(item, advance('ok', 1, approved)), ['active.working']);
});

test('an automatic approval names the policy as the claimant', () => {
  const item = openItem([{ name: 'ok', kind: 'approval', approve: 'auto' }]);

  assert.is(item.state(), 'awaitingApproval');
  assert.equal(claimsOf(item.effects()), [['run.shop.7.ok.1', 'policy:auto', 'pass']]);
});

test('a manual approval decides nothing by itself', () => {
  assert.equal(claimsOf(openItem([{ name: 'ok', kind: 'approval' }]).effects()), []);
});

test('a rejection is claimed as one, with its reason', () => {
  const item = openItem([{ name: 'ok', kind: 'approval' }]);

  item.send(ask('reject', { by: 'ada', reason: 'too large' }));

  assert.equal(claimsOf(item.effects()), [['run.shop.7.ok.1', 'ada', 'product_fail']]);
});

test('a rejection goes back to the stage that onReject names', () => {
  const item = openItem([{ name: 'build' }, { name: 'ok', kind: 'approval', onReject: 'build' }]);

  const states = statesAfter(item, advance('build', 1), advance('ok', 1, rejected));

  assert.equal(states, ['awaitingApproval', 'active.working']);
  assert.equal(item.item().current, { stage: 'build', attempt: 2 });
  assert.is(item.item().feedback, 'rejected: too large');
});

test('a rejection without onReject ends the item as failed', () => {
  const item = openItem([{ name: 'ok', kind: 'approval' }]);

  assert.equal(statesAfter(item, advance('ok', 1, rejected)), ['failed']);
  assert.is(item.item().ending, 'rejected: too large');
});

test('a worker that uses the word rejected is charged like any other failure', () => {
  const item = openItem([{ name: 'build' }]);

  assert.equal(statesAfter(item, advance('build', 1, rejected)), ['active.working']);
});

test('nothing but a waiting approval can be approved', () => {
  const states = statesAfter(openItem(STAGES), ask('approve'), ask('reject'));

  assert.equal(states, ['active.working (not-now)', 'active.working (not-now)']);
});

test('an approval that waits for long is opened again and stays, and is announced only once', () => {
  const item = openItem([{ name: 'ok', kind: 'approval' }], { approvalReminderMs: 1_000 });
  const [opening, alarm] = item.effects();

  const states = statesAfter(item, deadline('reminder', OPENED_AT_MS + 1_000));

  assert.equal(states, ['awaitingApproval']);
  assert.equal(item.effects(), [opening]);
  assert.is(alarm?.type === 'alarm' && alarm.reason, 'approval-needed');
});

test.run();
