// The caps of a run: a person is asked before its process is ended, and nothing starts again beyond one.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ask,
  claim,
  deadline,
  OPENED_AT_MS,
  openRun,
  type StageInput,
  type Step,
  statesAfter,
  type TestActor,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';

const DECISION_MS = 600_000;
const started = ask('started', { epoch: 1, worker: 'worker-1', machine: 'm1' });
const used = (outputTokens: number, epoch = 1): Step =>
  ask('progress', { epoch, processGroup: { pid: 9, startTicks: 1 }, usage: { outputTokens } });
const lost = (epoch = 1): Step => ask('worker-lost', { epoch, worker: 'worker-1' });
const allow = ask('allow', { by: 'ada' });

function capped(stage: StageInput = {}): TestActor {
  const agent = { adapter: 'claude' as const };
  return openRun({ agent, caps: { tokens: 10 }, ...stage });
}

function atCap(stage: StageInput = {}): TestActor {
  const actor = capped(stage);
  statesAfter(actor, started, used(10));
  return actor;
}

function stopping(stage: StageInput = {}): TestActor {
  const actor = atCap(stage);
  actor.send(deadline('decision-due', OPENED_AT_MS + DECISION_MS));
  return actor;
}

const fallsDue = (actor: TestActor, type: string) =>
  deadline(type, actor.run().deadlines[type] ?? 0);

test('a run below its cap works on', () => {
  assert.equal(statesAfter(capped(), started, used(4), used(9)), [
    ...['running.starting', 'running.working', 'running.working'],
  ]);
});

test('a run that reaches its cap asks a person, with both numbers and what to do', () => {
  const actor = atCap();

  assert.is(actor.state(), 'running.overCap');
  const alarm = actor.effects().find((effect) => effect.type === 'alarm');
  assert.match(alarm?.type === 'alarm' ? alarm.message : '', /tokens 10 of 10/);
  assert.match(
    alarm?.type === 'alarm' ? alarm.message : '',
    /onceward send run\.shop\.7\.build\.1/,
  );
});

test('the first sign of life may be one at the cap', () => {
  assert.equal(statesAfter(capped(), started, used(11)), ['running.starting', 'running.overCap']);
});

test('at its cap the process goes on until a person has decided, or the time for it is over', () => {
  const actor = atCap();

  assert.equal(statesAfter(actor, used(12), deadline('decision-due', OPENED_AT_MS + 1)), [
    ...['running.overCap', 'running.overCap (not-now)'],
  ]);
  assert.equal(statesAfter(actor, fallsDue(actor, 'decision-due')), ['running.stopping']);
});

test('a person allows as much again; the next cap asks again', () => {
  const actor = atCap();

  assert.equal(statesAfter(actor, allow, used(19), used(20), allow), [
    ...['running.working', 'running.working', 'running.overCap', 'running.working'],
  ]);
  assert.is(actor.run().grants, 2);
});

test('allowing it twice allows it once', () => {
  assert.equal(statesAfter(atCap(), allow, allow), [
    'running.working',
    'running.working (not-now)',
  ]);
});

test('a run far beyond its cap has room once it is allowed to go on', () => {
  const actor = capped();

  assert.equal(statesAfter(actor, started, used(57), allow, used(58)), [
    ...['running.starting', 'running.overCap', 'running.working', 'running.working'],
  ]);
});

test('the wall clock runs on at a cap, and ends the run as it would have', () => {
  const actor = atCap({ wallClockMs: 1_000 });

  assert.equal(statesAfter(actor, fallsDue(actor, 'timed-out')), ['finalizing']);
  assert.is(actor.run().exit?.cause, 'timed-out');
});

test('being asked takes none of the wall clock away, and gives none back', () => {
  const before = capped();
  statesAfter(before, started, used(1));
  const actor = atCap();
  actor.send({ ...allow, atMs: OPENED_AT_MS + 60_000 });

  assert.equal(actor.run().deadlines, before.run().deadlines);
});

test('nobody allowed it more: the run ends as one that was stopped at its cap', () => {
  const actor = stopping();

  const exited = ask('exited', { epoch: 1, signal: 'SIGTERM', cause: 'cap-reached' });

  assert.equal(statesAfter(actor, used(13), exited), ['running.stopping', 'finalizing']);
  assert.is(actor.run().exit?.cause, 'cap-reached');
});

test('allowing it comes too late once its process is being ended', () => {
  assert.equal(statesAfter(stopping(), allow), ['running.stopping (not-now)']);
});

test('a worker that says nothing more of a run it should stop does not make it a failure of the product', () => {
  const actor = stopping();

  assert.equal(statesAfter(actor, fallsDue(actor, 'timed-out')), ['finalizing']);
  assert.is(actor.run().exit?.cause, 'cap-reached');
});

test('a run at its cap whose worker is lost is not started again', () => {
  for (const actor of [atCap(), stopping()]) {
    assert.equal(statesAfter(actor, lost()), ['finalizing']);
    assert.is(actor.run().exit?.cause, 'cap-reached');
    assert.match(actor.run().exit?.evidence ?? '', /tokens 10 of 10/);
    assert.equal(
      actor.effects().map((effect) => effect.type === 'job' && effect.kind),
      ['cleanup'],
    );
  }
});

test('what a lost worker has used counts towards the cap of the next one', () => {
  const states = statesAfter(
    capped(),
    ...[started, used(6), lost()],
    ask('started', { epoch: 2, worker: 'worker-1' }),
    ...[used(3, 2), used(4, 2)],
  );

  assert.equal(states.slice(-2), ['running.working', 'running.overCap']);
});

test('a run at its cap is cancelled like any other that has a process', () => {
  for (const actor of [atCap(), stopping()]) {
    assert.equal(statesAfter(actor, tell('cancel'), ask('gone', { epoch: 1 })), [
      ...['cancelling', 'cancelled'],
    ]);
  }
});

test('a run that was stopped at its cap is charged to nobody, and keeps its session', () => {
  const actor = stopping();
  const session = { id: 's-1', machine: 'm1' };
  actor.send(ask('exited', { epoch: 1, cause: 'cap-reached', session }));
  actor.send(claim('worker-1', verdictOf('inconclusive', { cause: 'cap-reached' })));

  const [told] = actor.effects();
  const data = told?.type === 'tell' ? told.data : {};
  assert.equal([data['charge'], data['session']], [null, session]);
});

test.run();
