// Stages that no worker carries out: a publisher's, and a person's.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ask,
  deadline,
  OPENED_AT_MS,
  openRun,
  statesAfter,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';

const GRACE_MS = 300_000;
const verdict = verdictOf('pass');

test('a publisher drives an external stage without naming epochs or revisions', () => {
  const states = statesAfter(
    openRun({ kind: 'external' }),
    ask('started'),
    ask('progress'),
    ask('exited', { code: 0 }),
    ask('finalize-step', { step: 'push', key: 'k' }),
    ask('claim', { claimant: 'ci', verdict }),
    tell('advance-confirmed'),
  );

  const working = ['running.starting', 'running.working'];
  assert.equal(states, [...working, 'finalizing', 'finalizing', 'claimed', 'advanced']);
});

test('a publisher may report nothing but the exit', () => {
  assert.equal(statesAfter(openRun({ kind: 'external' }), ask('exited')), ['finalizing']);
});

test('a publisher that names an epoch is held to it', () => {
  const states = statesAfter(openRun({ kind: 'external' }), ask('exited', { epoch: 2 }));

  assert.equal(states, ['running.queued (stale-epoch)']);
});

test('a publisher that names a revision is held to it', () => {
  const claim = ask('claim', { claimant: 'ci', verdict, evaluatedRevision: 1 });

  const states = statesAfter(openRun({ kind: 'external' }), ask('exited'), claim);

  assert.equal(states, ['finalizing', 'finalizing (revision)']);
});

test('an external stage that nobody claims is judged by its exit after the grace', () => {
  const actor = openRun({ kind: 'external' });

  statesAfter(
    actor,
    ask('exited', { code: 0 }),
    deadline('grace-elapsed', OPENED_AT_MS + GRACE_MS),
  );

  const [effect] = actor.effects();
  assert.is(effect?.type === 'tell' && effect.to, 'run.shop.7.build.1');
  assert.is(effect?.type === 'tell' && effect.event, 'claim');
  assert.equal(effect?.type === 'tell' && effect.data['verdict'], {
    ...{ kind: 'pass', cause: 'exit-code', summary: 'exit code 0', headSha: null },
    isLanded: false,
  });
});

test('the claim that follows from the exit is accepted', () => {
  const actor = openRun({ kind: 'external' });
  statesAfter(actor, ask('exited'), deadline('grace-elapsed', OPENED_AT_MS + GRACE_MS));
  const [effect] = actor.effects();
  const data = effect?.type === 'tell' ? effect.data : {};

  assert.equal(statesAfter(actor, tell('claim', data)), ['claimed']);
});

test('an external stage with other gates asks a worker to judge it', () => {
  const gates = [{ kind: 'artifact', path: 'report.md' }] as const;
  const actor = openRun({ kind: 'external', gates: [...gates] });

  statesAfter(actor, ask('exited'), deadline('grace-elapsed', OPENED_AT_MS + GRACE_MS));

  assert.equal(actor.effects(), [
    { type: 'job', pool: 'default', kind: 'evaluate', project: 'shop', epoch: 1 },
  ]);
});

test('an approval is decided by its item alone', () => {
  const decision = { claimant: 'ada', verdict };

  const states = statesAfter(
    openRun({ kind: 'approval' }),
    ask('claim', { ...decision, epoch: 1, evaluatedRevision: 3 }),
    tell('claim', decision),
  );

  assert.equal(states, ['running.queued (not-now)', 'claimed']);
});

test('nobody can work on an approval', () => {
  const states = statesAfter(
    openRun({ kind: 'approval' }),
    ask('started', { epoch: 1 }),
    ask('exited', { epoch: 1 }),
  );

  assert.equal(states, ['running.queued (not-now)', 'running.queued (not-now)']);
});

test('a stage that waits for people speaks up, and waits on', () => {
  const actor = openRun({ kind: 'approval' }, { approvalReminderMs: 1_000 });

  const states = statesAfter(actor, deadline('queue-stalled', OPENED_AT_MS + 1_000));

  assert.equal(states, ['running.queued']);
  assert.equal(
    actor.effects().map(({ type }) => type),
    ['alarm'],
  );
});

test.run();
