// A run that waits for the checks of its commit: hosts say what they see and what follows from it, nobody else.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ask,
  claim,
  deadline,
  OPENED_AT_MS,
  openRun,
  type Step,
  statesAfter,
  type TestActor,
  tell,
  verdictOf,
} from '../../support/machine-steps.ts';

const SHA = 'a'.repeat(40);
const OTHER_SHA = 'b'.repeat(40);
const QUEUE_STALL_MS = 600_000;
const INACTIVITY_MS = 60_000;

function waiting(): TestActor {
  const checks = { required: [], ignore: [], dwellMs: 1_000, inactivityMs: INACTIVITY_MS };
  return openRun(
    { kind: 'checks', checks: { ...checks, reruns: 2 } },
    { queueStallMs: QUEUE_STALL_MS },
  );
}

function seen(digest: string, more: Record<string, unknown> = {}, atMs?: number): Step {
  return ask('checks-seen', { epoch: 1, sha: SHA, digest, ...more }, atMs);
}

const stalledMs = (run: TestActor) => run.run().deadlines['queue-stalled'] ?? 0;

test('it waits for no worker: there is no job, and nobody may start or hold it', () => {
  const run = waiting();
  const opening = run.effects();
  const hold = ask('hold', { epoch: 1, account: 'account.project.shop', cause: 'usage-limit' });

  const states = statesAfter(run, ask('started', { epoch: 1, worker: 'worker-1' }), hold);

  assert.equal(opening, []);
  assert.equal(states, ['running.queued (not-now)', 'running.queued (not-now)']);
});

test('what is seen is written down, with the time it changed', () => {
  const run = waiting();

  run.send(seen('d1', { summary: '2 of 5 passed', reruns: 1 }, OPENED_AT_MS + 7));

  assert.equal(run.run().checks, {
    ...{ sha: SHA, digest: 'd1', reruns: 1, summary: '2 of 5 passed' },
    changedAtMs: OPENED_AT_MS + 7,
  });
});

test('what is known already is no news, however it is worded', () => {
  const states = statesAfter(waiting(), seen('d1'), seen('d1', { summary: 'other words' }));

  assert.equal(states, ['running.queued', 'running.queued (not-now)']);
});

test('another commit, another digest and one more rerun are news; fewer reruns are not', () => {
  const states = statesAfter(
    waiting(),
    seen('d1', { reruns: 1 }),
    seen('d1', { reruns: 1, sha: OTHER_SHA }),
    seen('d2', { reruns: 1, sha: OTHER_SHA }),
    seen('d2', { reruns: 2, sha: OTHER_SHA }),
    seen('d2', { reruns: 1, sha: OTHER_SHA }),
  );

  assert.equal(states.slice(0, 4), Array(4).fill('running.queued'));
  assert.is(states[4], 'running.queued (not-now)');
});

test('reruns of a commit are never given back by a host that has seen fewer', () => {
  const run = waiting();

  statesAfter(run, seen('d1', { reruns: 2 }), seen('d2', { reruns: 0 }));

  assert.equal([run.run().checks?.digest, run.run().checks?.reruns], ['d2', 2]);
});

test('another commit begins without any rerun', () => {
  const run = waiting();

  statesAfter(run, seen('d1', { reruns: 2 }), seen('d1', { sha: OTHER_SHA }));

  assert.is(run.run().checks?.reruns, 0);
});

test('each change gives it as long again; the same once more gives it nothing', () => {
  const run = waiting();
  const first = stalledMs(run);

  statesAfter(run, seen('d1', {}, OPENED_AT_MS + 5_000), seen('d1', {}, OPENED_AT_MS + 9_000));

  assert.is(first, OPENED_AT_MS + INACTIVITY_MS + QUEUE_STALL_MS);
  assert.is(stalledMs(run), first + 5_000);
});

test('when nobody has seen anything for so long, it speaks up and goes on waiting', () => {
  const run = waiting();

  const states = statesAfter(run, deadline('queue-stalled', stalledMs(run)));

  assert.equal(states, ['running.queued']);
  assert.match(JSON.stringify(run.effects()), /still waiting for its checks/);
  assert.equal(
    run.effects().map(({ type }) => type),
    ['alarm'],
  );
});

test('a verdict on the checks as they are known here is taken', () => {
  const run = waiting();

  assert.equal(statesAfter(run, seen('d1'), claim('host-1')), ['running.queued', 'claimed']);
  assert.is(run.run().claim?.claimant, 'host-1');
});

test('a verdict on an older revision is refused: something has changed since', () => {
  const run = waiting();
  const { revision } = run.stored();
  const verdict = verdictOf('pass', { headSha: SHA });
  const late = ask('claim', { epoch: 1, claimant: 'h', verdict, evaluatedRevision: revision });

  assert.equal(statesAfter(run, seen('d1'), late), ['running.queued', 'running.queued (revision)']);
});

test('a verdict that names no revision is refused', () => {
  const claimed = ask('claim', { epoch: 1, claimant: 'host-1', verdict: verdictOf('pass') });

  assert.equal(statesAfter(waiting(), claimed), ['running.queued (not-now)']);
});

test('a publisher has no say: neither in what is seen nor in what follows from it', () => {
  const run = waiting();
  const verdict = claim('publisher')(run.stored());
  const mail = (step: Step, sequence: number): Step => ({ ...step, door: 'mailbox', sequence });

  const decision = run.send(mail(seen('d1'), 1));
  const states = statesAfter(run, mail(verdict, 2));

  assert.match(decision.outcome === 'refused' ? decision.message : '', /only hosts report checks/);
  assert.equal(states, ['running.queued (not-now)']);
});

test('two hosts that judge alike claim it once', () => {
  const run = waiting();
  const [one, other] = [claim('host-1')(run.stored()), claim('host-2')(run.stored())];

  assert.equal(statesAfter(run, one, other), ['claimed', 'claimed (not-now)']);
  assert.is(run.run().claim?.claimant, 'host-1');
});

test('checks are only seen where checks are waited for', () => {
  const states = statesAfter(openRun(), seen('d1'));

  assert.equal(states, ['running.queued (not-now)']);
});

test('its item may cancel it at once: nothing of it runs here', () => {
  assert.equal(statesAfter(waiting(), tell('cancel')), ['cancelled']);
});

test('what a comment says is kept, and a later step without one does not erase it', () => {
  const run = openRun();
  const step = (key: string, more: Record<string, unknown>) =>
    ask('finalize-step', { epoch: 1, step: 'comment', key, ...more });
  statesAfter(run, ask('started', { epoch: 1, worker: 'w' }), ask('exited', { epoch: 1 }));

  statesAfter(run, step('a', { report: '**done**' }), step('b', {}));

  assert.is(run.run().report, '**done**');
});

test.run();
