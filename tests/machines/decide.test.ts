// One pure step: what is applied, and every reason to refuse.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decide, isFinished } from '../../machines/decide.ts';
import type { ActorEvent } from '../../machines/event.ts';
import { encodeRecord } from '../../machines/record.ts';
import {
  ask,
  claim,
  ITEM,
  itemOpening,
  openItem,
  openRun,
  RUN,
  runOpening,
  type Step,
  statesAfter,
  type TestActor,
  tell,
} from '../support/machine-steps.ts';

const started = ask('started', { epoch: 1, worker: 'worker-1' });
const exited = ask('exited', { epoch: 1, code: 0 });

function reasonOf(actor: TestActor, step: Step): string {
  const decision = actor.send(step);
  return decision.outcome === 'refused' ? decision.reason : decision.outcome;
}

function eventFor(address: string, step: Step): ActorEvent {
  return { address, id: 'first', atMs: 1, ...step };
}

test('a refused event leaves the record untouched', () => {
  const actor = openRun();
  const before = encodeRecord(actor.stored().record);

  actor.send(exited);

  assert.is(encodeRecord(actor.stored().record), before);
});

test('deciding changes neither the record nor the event it is given', () => {
  const stored = openRun().stored();
  const event = eventFor(RUN, started);
  const before = JSON.stringify([stored, event]);

  decide(stored, event);

  assert.is(JSON.stringify([stored, event]), before);
});

test('deciding the same event on the same record gives the same answer', () => {
  const stored = openRun().stored();
  const event = eventFor(RUN, started);

  assert.equal(decide(stored, event), decide(stored, event));
});

test('an event that has only effects is applied', () => {
  const actor = openItem([{ kind: 'approval' }]);

  const decision = actor.send(ask('approve', { by: 'ada' }));

  assert.is(decision.outcome, 'applied');
  assert.is(actor.effects().length, 1);
});

test('an address of no known kind or shape is refused as unknown-actor', () => {
  const addresses = ['run.shop.7.build', 'run.shop.7.build.0', 'nobody.shop.7', 'item.a b.7', ''];

  const outcomes = addresses.map((address) => decide(null, eventFor(address, itemOpening([{}]))));

  assert.equal(
    outcomes.map((outcome) => 'reason' in outcome && outcome.reason),
    addresses.map(() => 'unknown-actor'),
  );
});

test('an actor that does not exist accepts nothing but its opening', () => {
  const outcome = decide(null, eventFor(RUN, started));

  assert.is(outcome.outcome === 'refused' && outcome.reason, 'unknown-actor');
});

test('a type that no machine knows is refused as unknown-type', () => {
  assert.is(reasonOf(openRun(), ask('finished')), 'unknown-type');
  assert.is(reasonOf(openRun(), ask('toString')), 'unknown-type');
  assert.is(reasonOf(openRun(), ask('xstate.init')), 'unknown-type');
});

test('data of the wrong shape is refused as schema, naming the field', () => {
  const decision = openRun().send(ask('exited', { epoch: 1, code: 'zero' }));

  assert.is(decision.outcome === 'refused' && decision.reason, 'schema');
  assert.match(decision.outcome === 'refused' ? decision.message : '', /^code: /);
});

test('fields that the schema does not know are dropped', () => {
  const actor = openRun();

  actor.send(ask('started', { epoch: 1, worker: 'worker-1', isRoot: true }));

  assert.not.match(encodeRecord(actor.stored().record), /isRoot/);
});

test('an event of another epoch is refused as stale-epoch', () => {
  assert.is(reasonOf(openRun(), ask('started', { epoch: 2 })), 'stale-epoch');
});

test('a stage with a process refuses an event that names no epoch', () => {
  assert.is(reasonOf(openRun(), ask('started')), 'stale-epoch');
});

test('an event that the state does not expect is refused as not-now', () => {
  assert.is(reasonOf(openRun(), exited), 'not-now');
});

test('an event that expects another revision is refused as revision', () => {
  const actor = openRun();
  const ifRevision = actor.stored().revision + 1;

  assert.is(reasonOf(actor, ask('started', { epoch: 1, ifRevision })), 'revision');
});

test('an event that expects the present revision is applied', () => {
  const actor = openRun();
  const ifRevision = actor.stored().revision;

  assert.is(reasonOf(actor, ask('started', { epoch: 1, ifRevision })), 'applied');
});

test('a finished actor refuses every new event as finished', () => {
  const actor = openRun();
  actor.send(tell('cancel'));

  assert.ok(isFinished(actor.stored().record));
  assert.is(reasonOf(actor, started), 'finished');
});

test('events between actors are refused from outside', () => {
  const run = openRun();
  const item = openItem([{}]);
  const data = { stage: 'build', attempt: 1 };

  assert.is(reasonOf(run, ask('cancel')), 'not-now');
  assert.is(reasonOf(run, ask('advance-confirmed')), 'not-now');
  assert.is(reasonOf(item, ask('run-cancelled', data)), 'not-now');
  assert.is(reasonOf(item, { ...ask('run-cancelled', data), door: 'mailbox' }), 'not-now');
});

test('a run is opened by its item only, an item by anyone', () => {
  const run = decide(null, eventFor(RUN, { ...runOpening(), door: 'mailbox' }));
  const item = decide(null, eventFor(ITEM, { ...itemOpening([{}]), door: 'mailbox' }));

  assert.is(run.outcome === 'refused' && run.reason, 'not-now');
  assert.is(item.outcome, 'applied');
});

test('an actor that is open refuses to be opened again', () => {
  const item = openItem([{}]);
  const { revision } = item.stored();

  assert.is(reasonOf(item, itemOpening([{ name: 'other' }])), 'not-now');
  assert.is(item.stored().revision, revision);
});

test('the time in a state counts from the event that led into it', () => {
  const actor = openRun();

  statesAfter(
    actor,
    ask('started', { epoch: 1 }, 2_000_000),
    ask('progress', { epoch: 1 }, 3_000_000),
    ask('progress', { epoch: 1 }, 4_000_000),
  );

  assert.is(actor.stored().record.sinceMs, 3_000_000);
});

test('effects that are not performed yet are carried along', () => {
  const stored = openRun().stored();
  const effect = { type: 'alarm', reason: 'test', message: '' } as const;
  const pending = { n: 0, revision: 2, effect };
  const owing = { ...stored, record: { ...stored.record, outbox: [pending] } };

  const decision = decide(owing, eventFor(RUN, started));

  assert.equal(decision.outcome === 'applied' && decision.record.outbox, [pending]);
});

test('a claim names why it was refused', () => {
  const actor = openRun();
  statesAfter(actor, started, exited, claim('worker-1'));

  const decision = actor.send(claim('reaper-1'));

  assert.is(decision.outcome === 'refused' && decision.reason, 'not-now');
  assert.match(decision.outcome === 'refused' ? decision.message : '', /claimed by worker-1/);
});

test.run();
