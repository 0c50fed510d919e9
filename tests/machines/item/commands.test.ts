// What people say under an issue: obeyed once, in the order it was said, and refused like anything else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMAND_VERBS, isLaterMark } from '../../../machines/outside.ts';
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

const FIRST_MS = '001796000000000';
const LATER_MS = '001796000001000';
const cancelled = tell('run-cancelled', { stage: 'build', attempt: 1 });

function heard(mark: string, verb = 'pause', text = ''): Step {
  return ask('heard', { by: 'ada', verb, text, mark });
}

/** What the item tells itself to do. */
function orders(item: TestActor): unknown[] {
  return item
    .effects()
    .flatMap((effect) => (effect.type === 'tell' ? [[effect.to, effect.event, effect.data]] : []));
}

test('what a person says is noted with its mark, and obeyed as an event of its own', () => {
  const item = openItem([{}]);

  const states = statesAfter(item, heard(`${FIRST_MS}/9`, 'cancel', 'no longer needed'));

  assert.equal(states, ['active.working']);
  assert.equal(item.item().heard, {
    ...{ mark: `${FIRST_MS}/9`, verb: 'cancel', by: 'ada' },
    atMs: item.stored().record.event.atMs,
  });
  assert.equal(orders(item), [
    ['item.shop.7', 'cancel', { by: 'ada', reason: 'no longer needed' }],
  ]);
});

test('an approval carries what was said as its comment', () => {
  const item = openItem([{ kind: 'approval' }]);

  item.send(heard(`${FIRST_MS}/9`, 'approve', 'well done'));

  assert.equal(orders(item), [['item.shop.7', 'approve', { by: 'ada', comment: 'well done' }]]);
});

test('the same comment is never obeyed twice, under whatever event id it comes', () => {
  const item = openItem([{}]);

  const states = statesAfter(item, heard(`${FIRST_MS}/9`), heard(`${FIRST_MS}/9`, 'cancel'));

  assert.equal(states, ['active.working', 'active.working (not-now)']);
  assert.is(item.item().heard?.verb, 'pause');
});

test('a comment that is older than what was heard comes too late', () => {
  const states = statesAfter(openItem([{}]), heard(`${LATER_MS}/10`), heard(`${FIRST_MS}/9`));

  assert.equal(states, ['active.working', 'active.working (not-now)']);
});

test('two comments of one second are both heard, where their numbers grow by a digit between them', () => {
  const states = statesAfter(openItem([{}]), heard(`${FIRST_MS}/999`), heard(`${FIRST_MS}/1000`));

  assert.equal(states, ['active.working', 'active.working']);
});

test('marks are ordered by their time, then by the length and the letters of their id', () => {
  const later = [
    [`${LATER_MS}/1`, `${FIRST_MS}/9`],
    [`${FIRST_MS}/10`, `${FIRST_MS}/9`],
    [`${FIRST_MS}/b`, `${FIRST_MS}/a`],
    [`${FIRST_MS}/1`, ''],
  ] as const;

  assert.ok(later.every(([mark, than]) => isLaterMark(mark, than)));
  assert.not.ok(later.some(([mark, than]) => isLaterMark(than, mark)));
  assert.not.ok(later.some(([mark]) => isLaterMark(mark, mark)));
});

test('a person is heard in every state there is a life in', () => {
  const item = openItem([{}]);
  const faulty = advance('build', 1, verdictOf('infra_error', { cause: 'worker-lost' }));
  const backingOff = openItem([{}]);
  backingOff.send(faulty);
  const cancelling = openItem([{}]);
  cancelling.send(ask('cancel'));
  const parked = openItem([{}]);
  parked.send(cancelled);
  const waiting = openItem([{ kind: 'approval' }]);

  const states = [item, backingOff, cancelling, parked, waiting].flatMap((actor) =>
    statesAfter(actor, heard(`${FIRST_MS}/1`)),
  );

  assert.equal(states, [
    ...['active.working', 'active.backingOff', 'active.cancelling', 'parked', 'awaitingApproval'],
  ]);
});

test('an item that has ended hears nothing', () => {
  const item = openItem([{}]);
  item.send(advance('build', 1));

  assert.equal(statesAfter(item, heard(`${FIRST_MS}/1`)), ['done (finished)']);
});

test('whatever is ordered is understood by the item: it may say no, but never that it is no order', () => {
  const answers = COMMAND_VERBS.map((verb) => {
    const item = openItem([{}]);
    item.send(heard(`${FIRST_MS}/1`, verb, 'because'));
    const [order] = item.effects();
    const isTold = order?.type === 'tell';
    return isTold && item.send(tell(order.event, order.data as Record<string, unknown>));
  });

  assert.equal(
    answers.map((answer) => answer && answer.outcome === 'refused' && answer.reason),
    ['not-now', 'not-now', 'not-now', 'not-now', false, false],
  );
});

test('a publisher cannot say that a person has spoken', () => {
  const item = openItem([{}]);
  const forged: Step = { ...heard(`${FIRST_MS}/1`), door: 'mailbox', sequence: 1 };

  const decision = item.send(forged);

  assert.match(decision.outcome === 'refused' ? decision.message : '', /only hosts report heard/);
});

test('whoever asks for a pause is remembered with the reason', () => {
  const item = openItem([{}, { name: 'release' }]);

  statesAfter(item, ask('pause', { by: 'ada', reason: 'holidays' }), advance('build', 1));

  assert.equal(item.item().pause, { by: 'ada', reason: 'holidays' });
});

test('who asked for a pause is forgotten when it is withdrawn', () => {
  const item = openItem([{}]);

  statesAfter(item, ask('pause', { by: 'ada' }), ask('resume'));

  assert.is(item.item().pause, null);
});

test.run();
