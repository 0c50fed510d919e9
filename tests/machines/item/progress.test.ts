// Whether another run would change anything: the same verdict on the same commit parks, and a session is gone on
// with only where it was broken off.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  advance,
  ask,
  deadline,
  openItem,
  type StepMaker,
  statesAfter,
  type TestActor,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';

const [A, B] = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string];
const fails = (attempt: number, headSha: string | null, cause = 'exit-code') =>
  advance('build', attempt, verdictOf('product_fail', { headSha, cause }));
const retryDue: StepMaker = ({ record }) =>
  deadline('retry-due', record.context.deadlines['retry-due'] ?? 0);
const session = { id: 's-1', machine: 'm1' };
const build = { name: 'build', budgets: { product: 9, continuations: 9, infra: 9 } };

test('the same verdict of an agent twice on the same commit parks its item', () => {
  const item = openItem([build]);

  assert.equal(statesAfter(item, fails(1, A), fails(2, A)), ['active.working', 'parked']);
  assert.is(item.item().parking?.reason, 'no-progress');
  assert.match(item.item().parking?.message ?? '', /twice on aaaaaaaaaaaa/);
});

test('an attempt that leaves no commit stands where the one before it did', () => {
  assert.is(statesAfter(openItem([build]), fails(1, A), fails(2, null)).at(-1), 'parked');
  assert.is(statesAfter(openItem([build]), fails(1, null), fails(2, null)).at(-1), 'parked');
});

test('another commit, or another verdict, is progress', () => {
  assert.is(statesAfter(openItem([build]), fails(1, A), fails(2, B)).at(-1), 'active.working');
  const other = fails(2, A, 'no-output');
  assert.is(statesAfter(openItem([build]), fails(1, A), other).at(-1), 'active.working');
});

test('a fault of the infrastructure in between hides nothing', () => {
  const lost = advance('build', 2, verdictOf('infra_error', { cause: 'worker-lost' }));

  const states = statesAfter(openItem([build]), fails(1, A), lost, retryDue, fails(3, A));

  assert.is(states.at(-1), 'parked');
});

test('a head that was named only later is not taken for the one of an earlier verdict', () => {
  const item = openItem([{ name: 'plan' }, { ...build, onFail: 'plan' }]);
  const planned = (attempt: number, headSha: string | null) =>
    advance('plan', attempt, verdictOf('pass', { headSha }));

  const states = statesAfter(
    item,
    ...[planned(1, null), fails(1, null), planned(2, A), fails(2, null)],
  );

  assert.is(states.at(-1), 'active.working');
});

test('a command costs nothing: its budget alone decides', () => {
  const item = openItem([{ ...build, kind: 'command' }]);

  assert.equal(statesAfter(item, fails(1, A), fails(2, A)), ['active.working', 'active.working']);
});

test('an agent that would be sent back by a command to what it has seen is stopped, too', () => {
  const item = openItem([build, { name: 'test', kind: 'command', onFail: 'build' }]);
  const passes = (attempt: number) => advance('build', attempt, verdictOf('pass', { headSha: A }));
  const red = (attempt: number) =>
    advance('test', attempt, verdictOf('product_fail', { headSha: A }));

  assert.is(statesAfter(item, passes(1), red(1), passes(2), red(2)).at(-1), 'parked');
  assert.is(item.item().next, 'build');
});

test('a person may try once more what made no progress', () => {
  const item = openItem([build]);

  const states = statesAfter(item, fails(1, A), fails(2, A), ask('retry'), fails(3, B));

  assert.equal(states.slice(1), ['parked', 'active.working', 'active.working']);
});

const limited = (attempt: number, headSha: string, more = {}) =>
  advance('build', attempt, verdictOf('inconclusive', { cause: 'turn-limit', headSha }), {
    charge: 'continuations',
    ...more,
  });

test('a turn limit is gone on with at once, within a budget of its own', () => {
  const item = openItem([{ ...build, budgets: { continuations: 2 } }]);

  assert.equal(statesAfter(item, limited(1, A), limited(2, B)), ['active.working', 'parked']);
  assert.match(item.item().parking?.message ?? '', /2 of 2 continuations/);
});

test('an agent that runs into its turn limit twice without a commit is stopped', () => {
  const item = openItem([build]);

  assert.is(statesAfter(item, limited(1, A), limited(2, A)).at(-1), 'parked');
  assert.is(item.item().parking?.reason, 'no-progress');
});

/** What the next run is opened with. */
function openedWith(actor: TestActor): unknown {
  const opening = actor
    .effects()
    .find((effect) => effect.type === 'tell' && effect.event === 'open');
  return opening?.type === 'tell' ? opening.data['session'] : undefined;
}

test('a session that was broken off is handed to the next run of the stage', () => {
  const item = openItem([build]);

  item.send(limited(1, A, { session }));

  assert.equal(openedWith(item), session);
});

test('a new attempt at the work begins a new session', () => {
  const item = openItem([build]);
  statesAfter(item, limited(1, A, { session }));

  item.send(fails(2, B));

  assert.is(openedWith(item), undefined);
});

test('a session that could not be resumed is not tried again', () => {
  const item = openItem([build]);
  statesAfter(item, limited(1, A, { session }));

  const gone = verdictOf('infra_error', { cause: 'resume-failed' });
  const states = statesAfter(item, advance('build', 2, gone, { charge: 'resumes' }));

  assert.equal([states, openedWith(item)], [['active.working'], undefined]);
});

test('sessions that cannot be resumed have a budget of their own', () => {
  const item = openItem([{ ...build, budgets: { resumes: 2 } }]);
  const gone = (attempt: number) =>
    advance('build', attempt, verdictOf('infra_error', { cause: 'resume-failed' }), {
      charge: 'resumes',
    });

  assert.equal(statesAfter(item, gone(1), gone(2)), ['active.working', 'parked']);
});

test('a run that a person cancelled leaves no session behind', () => {
  const item = openItem([build]);
  statesAfter(item, limited(1, A, { session }));
  statesAfter(item, tell('run-cancelled', { stage: 'build', attempt: 2 }), ask('retry'));

  assert.is(item.state(), 'active.working');
  assert.is(openedWith(item), undefined);
});

test.run();
