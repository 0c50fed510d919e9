// Every way an item can go, as tables of events and the states they lead to.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { itemMachine } from '../../../machines/item/machine.ts';
import {
  advance,
  ask,
  deadline,
  ITEM,
  itemOpening,
  OPENED_AT_MS,
  openItem,
  statesAfter,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';
import { isBroken, walk } from '../../support/machine-walk.ts';

const SHA = 'a'.repeat(40);
const STAGES = [{ name: 'build' }, { name: 'release' }];
const later = (ms: number) => OPENED_AT_MS + ms;

type Machine = typeof itemMachine;

test('an item begins with its first stage', () => {
  const item = openItem(STAGES);

  const [effect] = item.effects();
  assert.is(item.state(), 'active.working');
  assert.is(effect?.type === 'tell' && effect.to, 'run.shop.7.build.1');
  assert.is(effect?.type === 'tell' && effect.event, 'open');
});

test('an item goes through its stages in order and ends', () => {
  const states = statesAfter(openItem(STAGES), advance('build', 1), advance('release', 1));

  assert.equal(states, ['active.working', 'done']);
});

test('an advance confirms to the run that spoke, then opens the next', () => {
  const item = openItem(STAGES);

  item.send(advance('build', 1));

  assert.equal(
    item.effects().map((effect) => effect.type === 'tell' && [effect.to, effect.event]),
    [
      ['run.shop.7.build.1', 'advance-confirmed'],
      ['run.shop.7.release.1', 'open'],
    ],
  );
});

test('a repeated advance is confirmed again and moves nothing', () => {
  const item = openItem(STAGES);
  item.send(advance('build', 1));
  const before = item.item();

  const states = statesAfter(item, advance('build', 1), advance('build', 1));

  assert.equal(states, ['active.working', 'active.working']);
  assert.equal(item.item(), before);
  assert.equal(item.effects(), [
    { type: 'tell', to: 'run.shop.7.build.1', event: 'advance-confirmed', data: {} },
  ]);
});

test('a repeated advance with another verdict changes nothing', () => {
  const item = openItem(STAGES);
  item.send(advance('build', 1));
  const before = item.item();

  item.send(advance('build', 1, verdictOf('product_fail')));

  assert.equal(item.item(), before);
});

function onlyTheCurrentRunAdvances(machine: Machine): void {
  const steps = [advance('build', 2), advance('release', 1)];

  const { states, actions } = walk(machine, { address: ITEM, opening: itemOpening(STAGES), steps });

  assert.equal(states, ['active.working', 'active.working']);
  assert.equal(actions.flat(), []);
}

test('a run that is not the current one moves nothing', () => {
  const states = statesAfter(openItem(STAGES), advance('build', 2), advance('release', 1));

  assert.equal(states, ['active.working (not-now)', 'active.working (not-now)']);
});

test('an item that lets any run advance it is caught', () => {
  const leadsToStage = () => true;
  const mutant = itemMachine.provide({ guards: { leadsToStage } });

  assert.not(isBroken(onlyTheCurrentRunAdvances, itemMachine));
  assert.ok(isBroken(onlyTheCurrentRunAdvances, mutant));
});

test('nobody but a run advances an item', () => {
  const forged = { ...advance('build', 1), door: 'ask' } as const;

  assert.equal(statesAfter(openItem(STAGES), forged), ['active.working (not-now)']);
});

test('a finished item archives itself and all its runs', () => {
  const item = openItem(STAGES);

  statesAfter(item, advance('build', 1), advance('release', 1));

  const addresses = ['run.shop.7.build.1', 'run.shop.7.release.1', 'item.shop.7'];
  assert.equal(item.effects().at(-1), { type: 'archive', addresses });
  assert.is(item.item().endedAtMs, OPENED_AT_MS);
});

test('an item that has a commit is done only when that was seen on the base branch', () => {
  const item = openItem([{ name: 'build' }]);
  const pushed = verdictOf('pass', { headSha: SHA });

  const states = statesAfter(
    item,
    advance('build', 1, pushed),
    ask('retry'),
    advance('build', 2, { ...pushed, isLanded: true }),
  );

  assert.equal(states, ['parked', 'active.working', 'done']);
});

test('a commit of an earlier stage must have landed as well', () => {
  const item = openItem(STAGES);

  statesAfter(item, advance('build', 1, verdictOf('pass', { headSha: SHA })));

  assert.equal(statesAfter(item, advance('release', 1)), ['parked']);
  assert.is(item.item().parking?.reason, 'not-landed');
});

test('a landing that was seen holds for later stages on the same commit', () => {
  const item = openItem(STAGES);
  const landed = verdictOf('pass', { headSha: SHA, isLanded: true });

  assert.equal(statesAfter(item, advance('build', 1, landed), advance('release', 1)), [
    'active.working',
    'done',
  ]);
});

test('a landing that was seen says nothing about a later commit', () => {
  const item = openItem(STAGES);
  const landed = verdictOf('pass', { headSha: SHA, isLanded: true });
  const other = verdictOf('pass', { headSha: 'b'.repeat(40) });

  const states = statesAfter(item, advance('build', 1, landed), advance('release', 1, other));

  assert.is(states.at(-1), 'parked');
});

test('a silent run is opened again', () => {
  const item = openItem(STAGES);
  const opening = item.effects();

  const states = statesAfter(
    item,
    deadline('run-check', later(599_999)),
    deadline('run-check', later(600_000)),
  );

  assert.equal(states, ['active.working (not-now)', 'active.working']);
  assert.equal(item.effects(), opening);
});

test('a cancelled item waits for its run to end', () => {
  const item = openItem(STAGES);

  const states = statesAfter(item, ask('cancel', { by: 'ada', reason: 'obsolete' }));

  assert.equal(states, ['active.cancelling']);
  assert.equal(
    item.effects().map((effect) => effect.type === 'tell' && [effect.to, effect.event]),
    [['run.shop.7.build.1', 'cancel']],
  );
  assert.equal(statesAfter(item, tell('run-cancelled', { stage: 'build', attempt: 1 })), [
    'cancelled',
  ]);
  assert.is(item.item().ending, 'cancelled by ada: obsolete');
});

test('a cancelled item whose run was too far to be cancelled ends cancelled all the same', () => {
  const item = openItem(STAGES);

  const states = statesAfter(item, ask('cancel', { by: 'ada' }), advance('build', 1));

  assert.equal(states, ['active.cancelling', 'cancelled']);
  assert.is(item.item().ending, 'cancelled by ada');
  assert.equal(
    item.effects().map(({ type }) => type),
    ['tell', 'archive'],
  );
});

test('a cancel that gets no answer is repeated', () => {
  const item = openItem(STAGES);
  item.send(ask('cancel'));

  const states = statesAfter(item, deadline('run-check', later(600_000)));

  assert.equal(states, ['active.cancelling']);
  assert.equal(
    item.effects().map((effect) => effect.type === 'tell' && effect.event),
    ['cancel'],
  );
});

test('a run that was cancelled by itself parks its item until somebody retries', () => {
  const item = openItem(STAGES);

  const states = statesAfter(
    item,
    tell('run-cancelled', { stage: 'build', attempt: 1 }),
    ask('resume'),
    ask('retry'),
  );

  assert.equal(states, ['parked', 'parked (not-now)', 'active.working']);
  assert.equal(item.item().current, { stage: 'build', attempt: 2 });
});

test('a parked item raises its alarm again, and stays', () => {
  const item = openItem([{ name: 'build' }], { approvalReminderMs: 1_000 });
  item.send(advance('build', 1, verdictOf('inconclusive')));
  const alarm = item.effects().at(-1);

  const states = statesAfter(item, deadline('reminder', later(1_000)));

  assert.equal(states, ['parked']);
  assert.equal(item.effects(), [alarm]);
});

test('a parked item can be cancelled', () => {
  const item = openItem([{ name: 'build' }]);

  const states = statesAfter(item, advance('build', 1, verdictOf('inconclusive')), ask('cancel'));

  assert.equal(states, ['parked', 'cancelled']);
});

test.run();
